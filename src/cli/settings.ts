import { loadConfig } from '#src/config/load';
import type { Config } from '#src/config/schema';
import { fail } from '#src/lib/errors';

/** Values of a command that has `configOption`. */
export interface ConfigValues {
  readonly config?: string | undefined;
}

const howToGive = 'Give the configuration with --config kinpass.yaml or KINPASS_CONFIG.';

/** Loads the configuration that a command was given; `hint` says how to give one. Errors: arguments_invalid, config_invalid. */
export const loadSettings = async (values: ConfigValues, hint = howToGive): Promise<Config> =>
  loadConfig({ file: requireConfigFile(values, hint), env: process.env, cwd: process.cwd() });

/** Errors: arguments_invalid. */
export const requireConfigFile = ({ config }: ConfigValues, hint = howToGive): string => {
  const file = config ?? process.env['KINPASS_CONFIG'];
  if (file !== undefined) return file;
  throw fail('arguments_invalid', { hint });
};
