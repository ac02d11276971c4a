import { fail } from '#src/lib/errors';
import { checkSettings } from './check.ts';
import { type Fault, faultLines } from './faults/fault.ts';
import { reviewConfig, type Sources } from './review.ts';
import type { Config } from './schema.ts';

/** Reads, merges and checks the settings. Errors: config_invalid, with every fault, its place and its path. */
export const loadConfig = async (sources: Sources): Promise<Config> => {
  const { config, faults } = await reviewConfig(sources);
  if (!config) throw fail('config_invalid', { hint: faultLines(faults) });
  return config;
};

/** Checks settings. `faults` are reported together with those found here. Errors: config_invalid. */
export const parseConfig = (input: unknown, faults: readonly Fault[] = []): Config => {
  const { config, faults: found } = checkSettings(input);
  if (config && faults.length === 0) return config;
  throw fail('config_invalid', { hint: faultLines([...faults, ...found]) });
};
