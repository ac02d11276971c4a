import { fail } from '#src/lib/errors';
import type { Option } from '../command.ts';
import { configOption, reasonOption } from '../options.ts';

/** The options of every command about keys: whose keys they are. */
export const keysOptions = {
  config: configOption,
  'keys-directory': {
    type: 'string',
    value: 'folder',
    help: 'the keys folder, instead of a configuration',
  },
} as const satisfies Record<string, Option>;

/** The options of every command that changes keys. */
export const changeOptions = {
  ...keysOptions,
  reason: { ...reasonOption, help: 'recorded in the ledger and the audit log, such as a ticket number' },
  note: { type: 'string', value: 'text', help: 'the same as --reason' },
} as const satisfies Record<string, Option>;

export const atOption = {
  type: 'string',
  value: 'time',
  help: 'at that time instead of now, such as 2031-01-31T08:00Z',
} as const satisfies Option;

export const cancelOption = { type: 'boolean', help: 'cancel the planned change' } as const satisfies Option;

/** `--bits`. Errors: arguments_invalid. */
export const parseBits = (text = '2048'): number => {
  if (text === '2048' || text === '3072' || text === '4096') return Number(text);
  throw fail('arguments_invalid', { field: '--bits', hint: `"${text}" is not 2048, 3072 or 4096` });
};
