// Starts a change of the ledger in the directory given as argument, reports it, and never finishes.
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { systemClock } from '#src/lib/clock';
import { createLedger } from '#src/signing-keys/ledger/ledger';

const [, , directory = ''] = process.argv;
await createLedger(createKeyFolder(directory, systemClock)).change(async () => {
  console.log('started');
  await systemClock.wait(600_000);
  return { append: [] };
});
