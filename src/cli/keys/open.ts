import { applyEnvironment } from '#src/config/environment';
import { configSchema, type FamilyConfig, type KeySettings } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { type KeyManager, openKeyManager } from '#src/signing-keys/admin/key-manager';
import type { Values } from '../arguments.ts';
import { operatorName, settingsOf } from '../operator.ts';

export interface ManagedKeys {
  readonly manager: KeyManager;
  /** None where only the directory is known. */
  readonly families: readonly FamilyConfig[];
}

/** No service token lives longer: what is assumed where the families' settings are not at hand. */
const maxLifetimeOfAny = 86_400_000;

/** The keys that a command is about, by `--config` or by `--keys-directory`. Errors: config_invalid, keys_invalid. */
export const openKeyManagerFor = async (values: Values): Promise<ManagedKeys> => {
  const common = { clock: systemClock, by: operatorName() };
  const directory = values['keys-directory'];
  if (typeof directory === 'string') {
    const settings = settingsFromEnvironment(directory);
    return {
      manager: await openKeyManager({ settings, maxTokenLifetime: maxLifetimeOfAny, ...common }),
      families: [],
    };
  }
  if (values['config'] === undefined && process.env['KINPASS_CONFIG'] === undefined) {
    const hint = 'Say whose keys: --config kinpass.yaml, or --keys-directory keys.';
    throw fail('config_invalid', { hint });
  }
  const { keys: settings, families } = await settingsOf(values);
  const maxTokenLifetime = Math.max(...families.map(({ serviceToken }) => serviceToken.lifetime));
  return { manager: await openKeyManager({ settings, maxTokenLifetime, ...common }), families };
};

/** Passphrase and key management service of a bare directory. */
const settingsFromEnvironment = (directory: string): KeySettings => {
  const { input, faults } = applyEnvironment({}, process.env);
  const keys = typeof input['keys'] === 'object' ? input['keys'] : {};
  const parsed = configSchema.shape.keys.safeParse({ ...keys, directory });
  const found = [
    ...faults,
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `keys.${path.join('.')}: ${message}`),
  ];
  if (parsed.success && found.length === 0) return parsed.data;
  throw fail('config_invalid', { hint: found.join('\n') });
};
