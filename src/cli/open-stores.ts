import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readKeyFile } from '#src/config/key-files';
import type { Config } from '#src/config/schema';
import { decodeSecret } from '#src/config/secrets';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

/** Opens the database that gateways use, and never creates one. Errors: config_invalid, store_invalid, keys_invalid. */
export const openExistingStores = async ({
  store,
  keys,
}: Pick<Config, 'store' | 'keys'>): Promise<Stores> => {
  if (store.kind === 'memory') {
    throw fail('config_invalid', {
      field: 'store.kind',
      hint: 'an in-memory store cannot be opened by another process',
    });
  }
  if (!existsSync(store.file)) {
    const hint = `${store.file} does not exist; the first start creates it. Run this command in the working directory of the gateway.`;
    throw fail('store_invalid', { field: 'store.file', hint });
  }
  const path = join(keys.directory, 'sealing.secret');
  const text = await readKeyFile(path);
  if (text === undefined)
    throw fail('keys_invalid', { field: path, hint: `${path} is missing: restore it from a backup` });
  return openSqliteStores({ file: store.file, sealingKey: decodeSecret(path, text), clock: systemClock });
};
