import { setTimeout } from 'node:timers/promises';
import { request } from '@kinpass/simulator/client';
import { isNginxInstalled, startNginx } from '../../bench/contenders/nginx.ts';
import { startWorkers } from '../../test/support/start-workers.ts';
import type { Fault } from './fault.ts';

const [lanes, rounds] = [24, 10];

/** Around the time after which Node.js closes idle connections by default: nginx keeps them for 60 s. */
const pauseOf = (lane: number): number => 4_500 + (lane * 2_000) / lanes;

/** POSTs, which nginx does not repeat, on connections to the gateway that were idle. */
export const idleConnections: Fault = {
  id: 'E4',
  name: 'POST through nginx on connections that were idle for 4.5 to 6.5 s',
  run: async () => {
    if (!isNginxInstalled()) return 'nginx is not installed';
    await using gateway = await startWorkers(1);
    const nginx = await startNginx(gateway.origin);
    const statuses: number[] = [];
    const run = async (lane: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        const url = `${nginx.origin}/device/auth`;
        const { status } = await request({ method: 'POST', url, form: { client_id: 'ref30-tv' } });
        statuses.push(status);
        await setTimeout(pauseOf(lane));
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
    await nginx.stop();
    const lost = statuses.filter((status) => status === 502);
    const wrong = statuses.filter((status) => status !== 200 && status !== 502);
    return {
      requests: statuses.length,
      wrong: wrong.length,
      lost: lost.length,
      recovery: 0,
      examples: [...wrong].slice(0, 5).map((status) => `status ${status}`),
    };
  },
};
