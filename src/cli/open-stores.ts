import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '#src/config/schema';
import { readKeyFile, readOrMake } from '#src/config/secrets/key-files';
import { decodeSecret, secretBytes } from '#src/config/secrets/secrets';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { matchFolderOwner } from '#src/signing-keys/key/key-folder';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

const secretFile = 'sealing.secret';

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
  const path = join(keys.directory, secretFile);
  const text = await readKeyFile(path);
  if (text === undefined)
    throw fail('keys_invalid', { field: path, hint: `${path} is missing: restore it from a backup` });
  return openSqliteStores({ file: store.file, sealingKey: decodeSecret(path, text), clock: systemClock });
};

/**
 * The same, but creates the database as the first start of a gateway would: keys are prepared before it. What root creates
 * is given to the owner of the keys folder, the user that runs the gateway.
 */
export const openOrCreateStores = async (config: Pick<Config, 'store' | 'keys'>): Promise<Stores> => {
  const { store, keys } = config;
  if (store.kind === 'sqlite' && !existsSync(store.file)) {
    const folder = dirname(store.file);
    const created = existsSync(folder) ? [store.file] : [folder, store.file];
    const path = join(keys.directory, secretFile);
    const secret = await readOrMake(keys.directory, secretFile, () => systemIds.secret(secretBytes));
    const sealingKey = decodeSecret(path, secret);
    await (await openSqliteStores({ file: store.file, sealingKey, clock: systemClock })).close();
    for (const file of [path, ...created]) await matchFolderOwner(keys.directory, file);
  }
  return openExistingStores(config);
};
