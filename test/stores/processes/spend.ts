// Spends all it can of c0 to c199 once it is told to, and says which it got and where it was refused.
import { once } from 'node:events';
import { systemClock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';

const [file = '', key = ''] = process.argv.slice(2);
const stores = await openSqliteStores({
  file,
  sealingKey: Buffer.from(key, 'hex'),
  log: createLog('silent'),
});
process.stdout.write('ready\n');
await once(process.stdin, 'data');

for (let index = 0; index < 200; index += 1) {
  const id = `c${index}`;
  try {
    if (await stores.artifacts.consume('DeviceCode', id, systemClock.now())) process.stdout.write(`${id}\n`);
  } catch (error) {
    process.stdout.write(`refused ${error instanceof KinpassError ? error.code : error}\n`);
    break;
  }
}
process.exit();
