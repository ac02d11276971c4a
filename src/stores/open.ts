/**
 * Opens what a gateway keeps, in the order in which one thing needs the other. Keys in a folder: the folder, then the store
 * with the sealing key that is in it. Keys in the store: the files of keys alone, which the master key opens, then the whole
 * store with the sealing key that is among them. In a folder that is only read: as the first, with the ledger in the store. Owns that order, and must not know what the keys are for.
 */
import type { Config } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import type { KeyStorage } from '#src/config/secrets/key-storage';
import { createMountedKeys } from '#src/config/secrets/mounted-keys';
import {
  loadSecrets,
  makeSecrets,
  readSealingKey,
  readSecrets,
  type Secrets,
  sealingName,
} from '#src/config/secrets/secrets';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { invalidKeys } from '#src/lib/rsa-key';
import type { Log } from '#src/observability/logger';
import type { UnsealedStore } from './key-ports.ts';
import { createFileSeals } from './keys/file-seals.ts';
import { sealsOf } from './keys/master-keys.ts';
import { createSealedKeys } from './keys/sealed-keys.ts';
import { createMemoryStores } from './memory/create.ts';
import type { StoreObserver } from './observer.ts';
import { openDatabase, openUnsealedDatabase } from './open-database.ts';
import type { Stores } from './ports.ts';
import { createSeal } from './seal.ts';

interface Options {
  readonly config: Pick<Config, 'keys' | 'store'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Log, 'warn'>;
  /** Observes the connections to a server. */
  readonly observer?: StoreObserver;
}

interface Opening extends Options {
  /** Whether a database that has nothing in it is made ready for use. */
  readonly create: boolean;
}

export interface Kept {
  readonly storage: KeyStorage;
  readonly stores: Stores;
}

/**
 * For a gateway: the first start makes the secrets. `stores`: those that are open already. Errors: keys_invalid,
 * store_invalid, gateway_unavailable.
 */
export const openKept = async (
  options: Options,
  given?: Stores,
): Promise<Kept & { readonly secrets: Secrets }> => {
  const { config, clock, ids } = options;
  if (config.keys.in === 'folder') {
    const storage = createKeyFolder(config.keys.directory, clock);
    if (!given) await refuseToReplace(storage, options);
    const secrets = await loadSecrets(storage, ids);
    return {
      storage,
      secrets,
      stores: given ?? (await openSealed({ ...options, create: true }, secrets.sealing)),
    };
  }
  if (config.keys.in === 'readOnlyFolder') {
    const secrets = await readSecrets(createKeyFolder(config.keys.directory, clock));
    return { ...(await openMounted({ ...options, create: true }, secrets.sealing, given)), secrets };
  }
  const make = (storage: KeyStorage) => makeSecrets(storage, ids);
  if (given) await sealingKeyIn({ keyFiles: given.keyFiles, isSealed: async () => false }, options, make);
  const stores = given ?? (await openUnsealed({ ...options, create: true }, make));
  try {
    const storage = sealedKeysIn(stores, options);
    return { storage, secrets: await readSecrets(storage), stores };
  } catch (error) {
    if (!given) await stores.close();
    throw error;
  }
};

/** For a command: makes nothing, and misses no more than the command needs. Errors: as above. */
export const openExisting = async (options: Options): Promise<Kept> => {
  const { config, clock } = options;
  if (config.keys.in === 'folder') {
    const storage = createKeyFolder(config.keys.directory, clock);
    return {
      storage,
      stores: await openSealed({ ...options, create: false }, await readSealingKey(storage)),
    };
  }
  if (config.keys.in === 'readOnlyFolder')
    return openMounted(
      { ...options, create: false },
      await readSealingKey(createKeyFolder(config.keys.directory, clock)),
    );
  const stores = await openUnsealed({ ...options, create: false });
  return { storage: sealedKeysIn(stores, options), stores };
};

const openMounted = async (options: Opening, sealingKey: Uint8Array, given?: Stores): Promise<Kept> => {
  const { config, clock } = options;
  const stores = given ?? (await openSealed(options, sealingKey));
  const folder = createKeyFolder(config.keys.directory, clock);
  const seals = createFileSeals({ seals: [createSeal(sealingKey)], setting: folder.place(sealingName) });
  const ledger = createSealedKeys({ files: stores.keyFiles, seals, clock });
  return { storage: createMountedKeys(folder, ledger), stores };
};

/** The keys in a store. Errors: config_invalid without a master key. */
export const sealedKeysIn = (
  { keyFiles }: Pick<UnsealedStore, 'keyFiles'>,
  { config, clock }: { readonly config: Pick<Config, 'keys'>; readonly clock: Clock },
) =>
  createSealedKeys({
    files: keyFiles,
    seals: createFileSeals({ seals: sealsOf(config.keys.masterKey), setting: 'keys.masterKey' }),
    clock,
  });

/** Errors: keys_invalid if the folder has lost the key that the store is sealed with. */
const refuseToReplace = async (
  storage: KeyStorage,
  { config: { store }, ...deps }: Options,
): Promise<void> => {
  if (store.kind === 'memory' || (await storage.list()).includes(sealingName)) return;
  await using unsealed = await openUnsealedDatabase(store, { ...deps, create: true });
  if (!(await unsealed.isSealed())) return;
  const isInStore = (await unsealed.keyFiles.list()).length > 0;
  const cure = isInStore ? 'set keys.in to store, where the keys are' : 'restore it from a backup';
  throw invalidKeys(storage.place(sealingName), `is missing, and the store is sealed with it: ${cure}`);
};

type Make = (storage: KeyStorage) => Promise<void>;

/** Errors: keys_invalid if there are none, unless `make` may make them. */
const sealingKeyIn = async (
  { keyFiles, isSealed }: UnsealedStore,
  options: Options,
  make?: Make,
): Promise<Uint8Array> => {
  const storage = sealedKeysIn({ keyFiles }, options);
  // Asked first: what a rival seals after this has its keys in the list.
  const sealed = await isSealed();
  if ((await storage.list()).length === 0) {
    if (sealed)
      throw invalidKeys(
        'keys.in',
        'is store, but the store is sealed with a key that is not in it: run kinpass keys move --to store to bring the keys of a folder, or restore the table key_files from a backup',
      );
    if (!make)
      throw invalidKeys(
        'keys.in',
        'is store, but there are no keys in the store yet: the first start makes them',
      );
    await make(storage);
  }
  return readSealingKey(storage);
};

const openUnsealed = async (options: Opening, make?: Make): Promise<Stores> => {
  const { store } = options.config;
  if (store.kind === 'memory') {
    const stores = createMemoryStores();
    await sealingKeyIn({ keyFiles: stores.keyFiles, isSealed: async () => false }, options, make);
    return stores;
  }
  await using unsealed = await openUnsealedDatabase(store, options);
  return openSealed(options, await sealingKeyIn(unsealed, options, make));
};

const openSealed = async (options: Opening, sealingKey: Uint8Array): Promise<Stores> => {
  const { store } = options.config;
  return store.kind === 'memory' ? createMemoryStores() : openDatabase(store, sealingKey, options);
};
