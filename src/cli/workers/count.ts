import { availableParallelism } from 'node:os';
import type { Config } from '#src/config/schema';
import { fail } from '#src/lib/errors';
import type { Option } from '../command.ts';

export const workersOption = {
  type: 'string',
  value: 'n',
  help: 'processes that serve the public listener, or auto: one per core (default: KINPASS_WORKERS, else 1)',
} as const satisfies Option;

const max = 256;

/** Errors: arguments_invalid. */
export const readWorkers = (text: string | undefined): number => {
  const given = text ?? process.env['KINPASS_WORKERS'] ?? '1';
  if (given === 'auto') return availableParallelism();
  const count = Number(given);
  if (/^\d{1,3}$/.test(given) && count >= 1 && count <= max) return count;
  throw fail('arguments_invalid', {
    field: text === undefined ? 'KINPASS_WORKERS' : '--workers',
    hint: `"${given}" is neither a number of workers (1 to ${max}) nor auto`,
  });
};

/** Processes share a database, not memory. Errors: config_invalid. */
export const requireSharedStore = ({ store }: Pick<Config, 'store'>): void => {
  if (store.kind !== 'memory') return;
  throw fail('config_invalid', {
    field: 'store.kind',
    hint: 'several workers cannot share a store in memory: use store.kind sqlite or postgres, or one worker',
  });
};
