// Begins a change of the ledger in the directory of its argument, says so, and never ends it.
import { systemClock } from '#src/lib/clock';
import { createLedger } from '#src/service-token/ledger';

const [, , directory = ''] = process.argv;
await createLedger(directory, systemClock).change(async () => {
  console.log('begun');
  await systemClock.wait(600_000);
  return { append: [] };
});
