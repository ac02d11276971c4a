import { explainIssues } from '#src/config/faults/explain-issues';
import { faultLines } from '#src/config/faults/fault';
import { type Config, configSchema, type KeySettings } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import type { KeyStorage } from '#src/config/secrets/key-storage';
import { applyEnvironment } from '#src/config/sources/environment';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { type KeyManager, openKeyManager } from '#src/signing-keys/admin/key-manager';
import type { Kept } from '#src/stores/open';
import type { Stores } from '#src/stores/ports';
import { openExistingKept } from '../open-stores.ts';
import { operatorName } from '../operator-name.ts';
import { type ConfigValues, loadSettings } from '../settings.ts';

/** Values of a command that has `keysOptions`. */
export interface KeysValues extends ConfigValues {
  readonly 'keys-directory'?: string | undefined;
}

export interface ManagedKeys extends AsyncDisposable {
  readonly manager: KeyManager;
  /** Undefined when only the keys folder is given. */
  readonly config: Config | undefined;
  /** Those that had to be opened: the keys are in them, or the command asked for them. */
  readonly stores: Stores | undefined;
}

/** The max lifetime that the schema allows, used when the families' settings are not available. */
const maxAllowedLifetime = 86_400_000;

/**
 * Opens the keys that a command is about. `openStore` opens the store of a configuration too: by default only if the keys
 * are in it. Errors: config_invalid, keys_invalid, store_invalid.
 */
export const openKeys = async (
  values: KeysValues,
  openStore: (config: Config) => Promise<Partial<Kept>> = openStoreOfKeys,
): Promise<ManagedKeys> => {
  const directory = values['keys-directory'];
  if (directory !== undefined) {
    const manager = await open(settingsFromEnvironment(directory), maxAllowedLifetime);
    return { manager, config: undefined, stores: undefined, [Symbol.asyncDispose]: async () => undefined };
  }
  const hint = 'Give the keys with --config kinpass.yaml or --keys-directory keys.';
  return openConfiguredKeys(await loadSettings(values, hint), openStore);
};

/** Opens the keys of a configuration. Errors: keys_invalid, store_invalid. */
export const openConfiguredKeys = async (
  config: Config,
  openStore: (config: Config) => Promise<Partial<Kept>> = openStoreOfKeys,
): Promise<ManagedKeys> => {
  const { stores, storage } = await openStore(config);
  const close = async () => stores?.close();
  try {
    const manager = await open(config.keys, maxLifetimeOf(config), storage);
    return { manager, config, stores, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Of any family's service tokens, milliseconds. */
export const maxLifetimeOf = ({ families }: Pick<Config, 'families'>): number =>
  Math.max(...families.map(({ serviceToken }) => serviceToken.lifetime));

const openStoreOfKeys = async (config: Config): Promise<Partial<Kept>> =>
  config.keys.in === 'folder' ? {} : openExistingKept(config);

const open = (settings: KeySettings, maxTokenLifetime: number, storage?: KeyStorage): Promise<KeyManager> =>
  openKeyManager({
    settings,
    storage: storage ?? createKeyFolder(settings.directory, systemClock),
    maxTokenLifetime,
    clock: systemClock,
    by: operatorName(),
  });

/** Without a configuration, passphrase and key management service come from the environment. */
const settingsFromEnvironment = (directory: string): KeySettings => {
  const { input, faults } = applyEnvironment({}, process.env);
  const keys = typeof input['keys'] === 'object' ? input['keys'] : {};
  const parsed = configSchema.shape.keys.safeParse({ ...keys, directory });
  const found = [...faults, ...explainIssues(parsed.error?.issues ?? [], input, ['keys'])];
  if (parsed.success && found.length === 0) return parsed.data;
  throw fail('config_invalid', { hint: faultLines(found) });
};
