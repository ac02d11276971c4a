import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '#src/config/schema';
import { matchFolderOwner } from '#src/config/secrets/folder/folder-owner';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { readOrMake } from '#src/config/secrets/key-storage';
import { decodeSecret, secretBytes } from '#src/config/secrets/secrets';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

type StoreConfig = Pick<Config, 'store' | 'keys'>;

const secretFile = 'sealing.secret';

/** The file of the database that gateways use. Errors: config_invalid, store_invalid if it is not there. */
export const requireDatabase = ({ store }: Pick<StoreConfig, 'store'>): string => {
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
  return store.file;
};

/** Opens the database that gateways use, and never creates one. Errors: config_invalid, store_invalid, keys_invalid. */
export const openExistingStores = async (config: StoreConfig): Promise<Stores> => {
  const file = requireDatabase(config);
  const storage = createKeyFolder(config.keys.directory, systemClock);
  const path = storage.place(secretFile);
  const text = await storage.read(secretFile);
  if (text === undefined)
    throw fail('keys_invalid', { field: path, hint: `${path} is missing: restore it from a backup` });
  return openSqliteStores({
    file,
    sealingKey: decodeSecret(path, text),
    log: createLog('warn', process.stderr),
  });
};

/**
 * The same, but creates the database as the first start of a gateway would: keys are prepared before it. What root creates
 * is given to the owner of the keys folder, the user that runs the gateway.
 */
export const openOrCreateStores = async (config: StoreConfig): Promise<Stores> => {
  const { store, keys } = config;
  if (store.kind === 'sqlite' && !existsSync(store.file)) {
    const folder = dirname(store.file);
    const created = existsSync(folder) ? [store.file] : [folder, store.file];
    const storage = createKeyFolder(keys.directory, systemClock);
    const secret = await readOrMake(storage, secretFile, () => systemIds.secret(secretBytes));
    const sealingKey = decodeSecret(storage.place(secretFile), secret);
    await (
      await openSqliteStores({ file: store.file, sealingKey, log: createLog('warn', process.stderr) })
    ).close();
    for (const file of created) await matchFolderOwner(keys.directory, file);
  }
  return openExistingStores(config);
};
