import { existsSync } from 'node:fs';
import type { Config } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { type Clock, systemClock } from '#src/lib/clock';
import { createKeyManager, type KeyManager } from '#src/signing-keys/admin/key-manager';
import { openExistingKept } from '../open-stores.ts';
import { maxLifetimeOf } from './open.ts';

/**
 * The keys of a configuration, opened when they are first asked for, to be read only. Undefined before the first start of a
 * gateway that keeps them in its database. Errors of `open`: keys_invalid, store_invalid, config_invalid.
 */
export const keysToInspect = (config: Config, clock: Clock = systemClock) => {
  const openKept = async () => {
    const { keys, store } = config;
    if (keys.in === 'folder') return { storage: createKeyFolder(keys.directory, clock) };
    if (store.kind === 'sqlite' && !existsSync(store.file)) return undefined;
    return openExistingKept(config);
  };
  let opened: ReturnType<typeof openKept> | undefined;
  return {
    open: async (): Promise<KeyManager | undefined> => {
      opened ??= openKept();
      const kept = await opened;
      return (
        kept &&
        createKeyManager({
          settings: config.keys,
          storage: kept.storage,
          maxTokenLifetime: maxLifetimeOf(config),
          clock,
          by: 'doctor',
        })
      );
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      const kept = await opened?.catch(() => undefined);
      if (kept && 'stores' in kept) await kept.stores.close();
    },
  };
};
