import type { Outcome } from './load/outcome.ts';
import type { Sample } from './measure/probe.ts';
import type { Seen } from './parties/adobe.ts';
import type { Row } from './rows/row.ts';
import type { Who, World } from './world.ts';

/** One row of one contender in one round. */
export interface Measurement {
  readonly row: string;
  readonly who: Who;
  readonly round: number;
  readonly outcome: Outcome;
  readonly sample: Sample;
  readonly seen: Seen;
  /** Microseconds. */
  readonly cpuPerRequest: number;
}

interface Plan {
  readonly rows: readonly Row[];
  readonly rounds: number;
  readonly budget: number;
  readonly maxSlice: number;
}

/**
 * All rows and contenders in each round, so that what disturbs the machine disturbs all of them; there and back, so that
 * nobody always comes first. The first round warms up and is not counted.
 */
export const runRounds = async (
  world: World,
  { rows, rounds, budget, maxSlice }: Plan,
): Promise<readonly Measurement[]> => {
  const cells = rows.flatMap((row) => world.contendersOf(row).map((who) => ({ row, who })));
  const ms = Math.min(maxSlice, Math.round(budget / (cells.length * (rounds + 1))));
  const measured: Measurement[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    console.error(round === 0 ? `warming up, ${ms} ms each` : `round ${round} of ${rounds}`);
    for (const { row, who } of round % 2 === 1 ? cells : cells.toReversed()) {
      const measurement = await measure(world, { row, who, round, ms });
      if (round > 0) measured.push(measurement);
    }
  }
  return measured;
};

interface Turn {
  readonly row: Row;
  readonly who: Who;
  readonly round: number;
  readonly ms: number;
}

const measure = async (world: World, { row, who, round, ms }: Turn): Promise<Measurement> => {
  const server = world.serverOf(row, who);
  if (round === 0) await world.load(row, who, 0);
  await world.seen();
  await server.mark(row.perSecond !== undefined);
  const outcome = await world.load(row, who, ms);
  const sample = await server.read();
  const seen = await world.seen();
  if (outcome.errors > 0)
    console.error(`${row.name}, ${who}: ${outcome.errors} errors, ${outcome.firstError}`);
  const cpuPerRequest = sample.cpu / Math.max(1, outcome.requests);
  return { row: row.name, who, round, outcome, sample, seen, cpuPerRequest };
};
