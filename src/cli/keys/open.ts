import { explainIssues } from '#src/config/faults/explain-issues';
import { faultLines } from '#src/config/faults/fault';
import { type Config, configSchema, type KeySettings } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { applyEnvironment } from '#src/config/sources/environment';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { type KeyManager, openKeyManager } from '#src/signing-keys/admin/key-manager';
import { operatorName } from '../operator-name.ts';
import { type ConfigValues, loadSettings } from '../settings.ts';

/** Values of a command that has `keysOptions`. */
export interface KeysValues extends ConfigValues {
  readonly 'keys-directory'?: string | undefined;
}

export interface ManagedKeys {
  readonly manager: KeyManager;
  /** Undefined when only the keys folder is given. */
  readonly config: Config | undefined;
}

/** The max lifetime that the schema allows, used when the families' settings are not available. */
const maxAllowedLifetime = 86_400_000;

/** Opens the keys that a command is about. Errors: config_invalid, keys_invalid. */
export const openKeys = async (values: KeysValues): Promise<ManagedKeys> => {
  const directory = values['keys-directory'];
  if (directory !== undefined) {
    return { manager: await open(settingsFromEnvironment(directory), maxAllowedLifetime), config: undefined };
  }
  const hint = 'Give the keys with --config kinpass.yaml or --keys-directory keys.';
  const config = await loadSettings(values, hint);
  return { manager: await openConfiguredKeys(config), config };
};

/** Opens the keys of a configuration. Errors: keys_invalid. */
export const openConfiguredKeys = ({
  keys,
  families,
}: Pick<Config, 'keys' | 'families'>): Promise<KeyManager> =>
  open(keys, Math.max(...families.map(({ serviceToken }) => serviceToken.lifetime)));

const open = (settings: KeySettings, maxTokenLifetime: number): Promise<KeyManager> =>
  openKeyManager({
    settings,
    storage: createKeyFolder(settings.directory, systemClock),
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
