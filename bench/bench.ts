// What a request costs, beside what else could serve it: docs/performance.md. `npm run bench -- --quick --only profiles`
import { findRegressions, saveRatios } from './check.ts';
import { readOptions } from './options.ts';
import { profileRow } from './profile.ts';
import { ratiosOf } from './ratios.ts';
import { report } from './report.ts';
import { runRounds } from './rounds.ts';
import { startWorld } from './world.ts';

const options = readOptions(process.argv.slice(2));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const world = await startWorld(options.rows, options.plant);
try {
  if (options.profile) {
    for (const row of options.rows) console.log(await profileRow(world, row));
  } else {
    const measured = await runRounds(world, options);
    console.log(report(measured, options.rows));
    const ratios = ratiosOf(measured);
    if (options.save) saveRatios(ratios);
    const regressions = options.check ? findRegressions(ratios) : [];
    for (const regression of regressions) console.error(`slower: ${regression}`);
    process.exitCode = regressions.length > 0 ? 1 : 0;
  }
} finally {
  await world.stop();
}
