import { resolve } from 'node:path';
import { systemClock } from '#src/lib/clock';
import { startSharedFleet } from '../../test/fleet/shared-fleet.ts';
import { startLoad } from '../../test/fleet/steady-load.ts';
import { hasRedisServer } from '../../test/soft-state/redis/redis-server.ts';
import { startBalancer } from '../../test/support/balancer.ts';
import { findRunningServer } from '../../test/support/start-postgres.ts';
import type { Fault } from './fault.ts';

const perSecond = 300;

/** Names a clone of another version, with its node_modules: the versions take turns, so that both serve at once. */
const other = process.env['KINPASS_OTHER_CLONE'];

/** After two restarts both nodes have the other version, after four this one again. */
const versionAt = (restart: number): string | undefined =>
  other && restart % 4 < 2 ? resolve(other, 'bin/kinpass.js') : undefined;

/** Two gateways on PostgreSQL and Redis behind a balancer, restarted in turn; the load includes long polls and event streams. */
export const rollingRestart = (restarts: number): Fault => ({
  id: 'E23',
  name: `rolling restart of two gateways at ${perSecond} requests/s, ${restarts} times${other ? ', two versions mixed' : ''}`,
  run: async () => {
    const postgresUrl = await findRunningServer();
    if (!postgresUrl || !hasRedisServer) return 'it requires PostgreSQL and redis-server';
    await using world = await startSharedFleet(postgresUrl, { balance: startBalancer });
    const { fleet } = world;
    const load = await startLoad(fleet, { perSecond, lanes: 8 });
    const start = systemClock.monotonic();
    let recovery = 0;
    const ends: string[] = [];
    for (let restart = 0; restart < restarts; restart += 1) {
      const { exitCode, startedIn } = await fleet.restart(restart % 2, versionAt(restart));
      if (exitCode !== 0) ends.push(`restart ${restart + 1} ended with exit code ${exitCode}`);
      recovery = Math.max(recovery, startedIn);
    }
    await load.stop();
    const { wrong, answered } = load;
    const requests = [...answered.values()].reduce((sum, count) => sum + count, wrong.length);
    const seconds = (systemClock.monotonic() - start) / 1_000;
    const { failures } = fleet.balancer;
    return {
      requests,
      wrong: wrong.length + ends.length,
      lost: failures.length,
      recovery,
      measures: [{ what: 'requests per second', value: requests / seconds }],
      examples: [...ends, ...failures, ...wrong].slice(0, 5),
    };
  },
});
