import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '#src/config/schema';
import { matchFolderOwner } from '#src/config/secrets/folder/folder-owner';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { type Kept, openExisting, openKept } from '#src/stores/open';
import type { Stores } from '#src/stores/ports';

type StoreConfig = Pick<Config, 'store' | 'keys'>;

/** The file of the database that gateways use. Errors: config_invalid, store_invalid if it is not there. */
export const requireDatabase = ({ store }: Pick<StoreConfig, 'store'>): string => {
  if (store.kind !== 'sqlite') {
    const hint = 'an in-memory store cannot be opened by another process';
    throw fail('config_invalid', { field: 'store.kind', hint });
  }
  if (!existsSync(store.file)) {
    const hint = `${store.file} does not exist; the first start creates it. Run this command in the working directory of the gateway.`;
    throw fail('store_invalid', { field: 'store.file', hint });
  }
  return store.file;
};

const optionsFor = (config: StoreConfig) => ({
  config,
  clock: systemClock,
  ids: systemIds,
  log: createLog('warn', process.stderr),
});

/** Opens the keys and the database that gateways use, and never creates one. Errors: config_invalid, store_invalid, keys_invalid. */
export const openExistingKept = async (config: StoreConfig): Promise<Kept> => {
  if (config.store.kind !== 'postgres') requireDatabase(config);
  return openExisting(optionsFor(config));
};

/** The database alone. */
export const openExistingStores = async (config: StoreConfig): Promise<Stores> =>
  (await openExistingKept(config)).stores;

/**
 * The same, but creates the database as the first start of a gateway would: keys are prepared before it. What root creates
 * is given to the owner of the folder that it is in, the user that runs the gateway.
 */
export const openOrCreateKept = async (config: StoreConfig): Promise<Kept> => {
  const { store } = config;
  const missing = missingFiles(store);
  if (store.kind === 'postgres' || missing.length > 0) {
    await (await openKept(optionsFor(config))).stores.close();
    await giveToOwner(config, missing);
  }
  return openExistingKept(config);
};

/** Gives newly created files to the user that runs the gateway: the owner of the folder that they are in. */
export const giveToOwner = async (
  { keys }: Pick<StoreConfig, 'keys'>,
  made: readonly string[],
): Promise<void> => {
  const owned = keys.in === 'folder' ? keys.directory : dirname(made[0] ?? '.');
  for (const file of made) await matchFolderOwner(owned, file);
};

/** Of the database and its folder. */
export const missingFiles = (store: StoreConfig['store']): string[] => {
  if (store.kind !== 'sqlite' || existsSync(store.file)) return [];
  const folder = dirname(store.file);
  return existsSync(folder) ? [store.file] : [folder, store.file];
};
