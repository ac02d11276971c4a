import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '#src/lib/clock';
import type { Fault, Measure } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { residentMegabytes } from './world/memory.ts';
import { type Ask, createWatch, ownProfiles, refreshing } from './world/watch.ts';

const hour = 3_600_000;

interface Sample {
  /** Hours since the start. */
  readonly at: number;
  readonly megabytes: number;
  readonly files: number;
}

const sampleOf = (pid: number, at: number): Sample => ({
  at,
  megabytes: residentMegabytes(pid),
  files: readdirSync(`/proc/${pid}/fd`).length,
});

/** Growth per hour, by least squares. */
const slopeOf = (samples: readonly Sample[], read: (sample: Sample) => number): number => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, of] = [mean(samples.map((sample) => sample.at)), mean(samples.map(read))];
  const over = samples.reduce((sum, sample) => sum + (sample.at - at) * (read(sample) - of), 0);
  const under = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0);
  return under === 0 ? 0 : over / under;
};

/** Mixed calls for hours, of which one in a hundred fails at Adobe. */
export const soak: Fault = {
  id: 'E29',
  name: 'eight hours of mixed calls, one in a hundred fails',
  run: async () => {
    const hours = Number(process.env['FAULTS_SOAK_HOURS'] ?? 0);
    if (!(hours > 0)) return 'it takes eight hours: FAULTS_SOAK_HOURS=8 npm run faults -- --only E29';
    await using world = await startGateways();
    const { pid } = world.node(0);
    if (pid === undefined) throw new Error('the gateway has no process id');
    const { faults } = world.simulator.control;
    const asks: Ask[] = [];
    for (const user of ['ana', 'ben', 'chloe'] as const) {
      const tv = await world.withProfile(user);
      asks.push(await ownProfiles(tv), await ownProfiles(tv), refreshing(await world.signIn(user)));
    }
    faults.add({ match: { party: 'adobe' }, probability: 0.01, fault: { kind: 'status', status: 503 } });
    const watch = createWatch();
    watch.planted();
    const load = watch.steadily(asks, 50);
    const samples: Sample[] = [];
    const began = systemClock.monotonic();
    for (let past = 0; past < hours * hour; past = systemClock.monotonic() - began) {
      await setTimeout(Math.min(60_000, (hours * hour) / 60));
      // The first quarter is warm-up, not a leak.
      if (past > (hours * hour) / 4) samples.push(sampleOf(pid, past / hour));
    }
    await load.stop();
    const measures: Measure[] = [
      {
        what: 'memory growth per hour',
        value: slopeOf(samples, ({ megabytes }) => megabytes),
        most: 1,
        unit: 'MB',
      },
      { what: 'open files growth per hour', value: slopeOf(samples, ({ files }) => files), most: 1 },
    ];
    return watch.figures({ measures });
  },
};
