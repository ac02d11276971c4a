// What a request costs, beside what else could serve it: docs/performance.md. `npm run bench -- --quick --only profiles`
import { findRegressions, readCommitted, saveRatios } from './check.ts';
import { journeyTable, measureJourneys } from './journeys/journeys.ts';
import { type Options, readOptions } from './options.ts';
import { profileRow } from './profile.ts';
import { ratiosOf } from './ratios.ts';
import { report } from './report.ts';
import { runRounds } from './rounds.ts';
import { startWorld, type World } from './world.ts';

const compare = async (world: World, options: Options): Promise<void> => {
  const measured = await runRounds(world, options);
  console.log(report(measured, options.rows, world.gateways.all));
  const ratios = ratiosOf(measured);
  if (options.save) saveRatios(ratios);
  const regressions = options.check ? findRegressions(ratios, readCommitted().ratios) : [];
  for (const regression of regressions) console.error(`slower: ${regression}`);
  if (regressions.length > 0) process.exitCode = 1;
};

const run = async (options: Options): Promise<void> => {
  const world = await startWorld(options);
  try {
    if (!options.profile) return await compare(world, options);
    for (const row of options.rows) console.log(await profileRow(world, row));
  } finally {
    await world.stop();
  }
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const args = process.argv.slice(2);
const isAboutJourneys = args.at(-1) === 'journeys';
const options = readOptions(isAboutJourneys ? args.slice(0, -1) : args);
if (isAboutJourneys) console.log(journeyTable(await measureJourneys()));
else if (options.list) for (const { name, about } of options.rows) console.log(`${name.padEnd(26)}${about}`);
else await run(options);
