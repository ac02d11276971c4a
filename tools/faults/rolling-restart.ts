import { startLoad } from '../../test/fleet/steady-load.ts';
import { startFleet } from '../../test/support/start-fleet.ts';
import type { Fault } from './fault.ts';

/** Two gateways behind a balancer, restarted in turn at steady load; held polls and event streams among it. */
export const rollingRestart = (restarts: number): Fault => ({
  id: 'E23',
  name: `rolling restart of two gateways, ${restarts} times`,
  run: async () => {
    await using fleet = await startFleet(2);
    const load = await startLoad(fleet, { lanes: 8, pause: 10 });
    let recovery = 0;
    const ends: string[] = [];
    for (let restart = 0; restart < restarts; restart += 1) {
      const { exitCode, startedIn } = await fleet.restart(restart % 2);
      if (exitCode !== 0) ends.push(`restart ${restart + 1} ended with exit code ${exitCode}`);
      recovery = Math.max(recovery, startedIn);
    }
    await load.stop();
    const { wrong, answered } = load;
    const { failures } = fleet.balancer;
    return {
      requests: [...answered.values()].reduce((sum, count) => sum + count, wrong.length),
      wrong: wrong.length + ends.length,
      lost: failures.length,
      recovery,
      examples: [...ends, ...failures, ...wrong].slice(0, 5),
    };
  },
});
