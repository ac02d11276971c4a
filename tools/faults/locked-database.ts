import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { request } from '@kinpass/simulator/client';
import type { Fault, Measure } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { type Ask, createWatch, judged, ownProfiles, p99, untilRight } from './world/watch.ts';

/** Reads never wait for another program's lock, and the event loop never blocks; writes are refused in time. */
export const lockedDatabase: Fault = {
  id: 'E17',
  name: 'SQLite locked by another program for 10 s',
  within: 5_000,
  run: async (size) => {
    const held = size === 'short' ? 100 : 10_000;
    // Without a balancer, which would send nothing to a gateway that is not ready.
    await using world = await startGateways();
    const tvs = [await world.withProfile('ana'), await world.withProfile('ben')];
    const reads = await Promise.all(tvs.map(ownProfiles));
    const writes = tvs.map(
      (tv): Ask =>
        async () =>
          judged(
            await request({
              method: 'POST',
              url: `${world.origin}/device/auth`,
              headers: { 'x-forwarded-for': tv.address },
              form: { client_id: tv.app.id },
            }),
            ({ status }) => status === 200,
          ),
    );
    const live: Ask = async () =>
      judged(await request({ url: `${world.adminOrigins[0]}/livez` }), ({ status }) => status === 200);
    const watch = createWatch();
    const [base, locked] = [createWatch({ excuses: false }), createWatch({ excuses: false })];
    const lanes = [...reads, live];

    const load = base.steadily(lanes, 20);
    await setTimeout(Math.min(held, 3_000));
    await load.stop();

    using foreign = new DatabaseSync(join(world.folder, 'kinpass.db'));
    foreign.exec('BEGIN IMMEDIATE');
    watch.planted();
    const [reading, writing] = [locked.steadily(lanes, 20), watch.steadily(writes, 50)];
    await setTimeout(held);
    foreign.exec('ROLLBACK');
    watch.removed();
    await setTimeout(size === 'short' ? 50 : 2_000);
    await Promise.all([reading.stop(), writing.stop()]);
    const [write] = writes;
    const recovery = write ? await untilRight(write) : 0;
    const figures = locked.figures();
    const measures: Measure[] = [
      { what: 'p99 of reads and /livez before', value: p99(base.took), unit: 'ms' },
      {
        what: 'p99 of reads and /livez while locked',
        value: p99(locked.took),
        most: p99(base.took) + 10,
        unit: 'ms',
      },
      { what: 'longest write', value: Math.max(0, ...watch.took), most: 3_100, unit: 'ms' },
    ];
    return watch.figures({
      requests: watch.requests + figures.requests,
      wrong: watch.figures().wrong + figures.wrong,
      lost: watch.figures().lost + figures.lost,
      examples: [...watch.figures().examples, ...figures.examples],
      measures,
      recovery: Math.max(recovery, watch.figures().recovery),
    });
  },
};
