import { loadConfig } from '#src/config/load';
import type { Config } from '#src/config/schema';
import { fail } from '#src/lib/errors';

/** Values of a command that has `configOption`. */
export interface ConfigValues {
  readonly config?: string | undefined;
}

export const configFile = ({ config }: ConfigValues): string | undefined =>
  config ?? process.env['KINPASS_CONFIG'];

/** Loads the configuration that a command was given. Errors: config_invalid. */
export const loadSettings = async (values: ConfigValues): Promise<Config> =>
  loadConfig({ file: requireConfigFile(values), env: process.env, cwd: process.cwd() });

/** Errors: config_invalid. */
export const requireConfigFile = (values: ConfigValues): string => {
  const file = configFile(values);
  if (file !== undefined) return file;
  throw fail('config_invalid', {
    hint: 'Give the configuration with --config kinpass.yaml or KINPASS_CONFIG.',
  });
};
