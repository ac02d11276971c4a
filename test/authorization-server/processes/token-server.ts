// Serves the authorization server on the stores of a file, and says where. Somebody kills it.
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { startStage } from '../stage.ts';

const [file = '', key = ''] = process.argv.slice(2);
const sealingKey = Buffer.from(key, 'hex');
const stores = await openSqliteStores({ file, sealingKey, log: createLog('silent') });
const stage = await startStage({ clock: systemClock, stores });
stage.viewers.set('ana', null);
process.stdout.write(`${stage.origin}\n`);
