import type { Fault, Measure } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { type Ask, createWatch, ownProfiles, p99, untilRight } from './world/watch.ts';

const plans = {
  short: { delays: [30], endless: 60_000, deadline: 500, devices: 2, rounds: 3 },
  whole: { delays: [100, 2_000], endless: 60_000, deadline: 10_000, devices: 20, rounds: 10 },
} as const;

/** Below the deadline the gateway adds little latency, then it gives up; it opens no more sockets than it has calls. */
export const slowAdobe: Fault = {
  id: 'E1',
  name: 'Adobe answers 100 ms, 2 s and a minute late',
  within: 5_000,
  run: async (size) => {
    const { delays, endless, deadline, devices, rounds } = plans[size];
    await using world = await startGateways({ settings: { adobe: { timeout: `${deadline}ms` } } });
    const users = ['ana', 'ben', 'chloe'] as const;
    const asks: Ask[] = [];
    for (let index = 0; index < devices; index += 1)
      asks.push(await ownProfiles(await world.withProfile(users[index % 3] ?? 'ana')));
    const { faults } = world.simulator.control;
    const measures: Measure[] = [];
    const watch = createWatch();

    const askAll = async (times: number): Promise<readonly number[]> => {
      const before = watch.took.length;
      const lane = async (ask: (typeof asks)[number]) => {
        for (let round = 0; round < times; round += 1) await watch.ask(ask);
      };
      await Promise.all(asks.map(lane));
      return watch.took.slice(before);
    };
    await askAll(rounds); // what a new process takes longer for is no delay of Adobe's
    for (const ms of delays) {
      faults.add({ match: { operation: 'profiles.all' }, fault: { kind: 'delay', ms } });
      const took = await askAll(ms < 1_000 ? rounds : 2);
      measures.push({ what: `p99 while Adobe takes ${ms} ms`, value: p99(took), most: ms + 50, unit: 'ms' });
      faults.clear();
    }
    watch.planted();
    faults.add({ match: { operation: 'profiles.all' }, fault: { kind: 'delay', ms: endless } });
    const slowest = Math.max(...(await askAll(1)));
    measures.push({ what: 'longest at the deadline', value: slowest, most: deadline + 100, unit: 'ms' });
    measures.push({ what: 'responses past the deadline', value: devices - watch.refused, most: 0 });
    faults.clear();
    watch.removed();
    const [first] = asks;
    const recovery = first ? await untilRight(first) : 0;
    await askAll(1);
    measures.push({ what: 'sockets to Adobe', value: world.adobe.mostOpen, most: 2 * devices });
    return watch.figures({ measures, recovery });
  },
};
