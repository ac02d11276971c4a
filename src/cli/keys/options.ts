import { fail } from '#src/lib/errors';
import type { Values } from '../arguments.ts';

/** `--at`, epoch milliseconds. Errors: config_invalid. */
export const timeOption = (values: Values): number | undefined => {
  const text = values['at'];
  if (typeof text !== 'string') return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isFinite(time)) return time;
  const hint = `"${text}" is no time with its zone, such as 2031-01-31T08:00Z or 2031-01-31T08:00+01:00.`;
  throw fail('config_invalid', { field: '--at', hint });
};

/** `--bits`. Errors: config_invalid. */
export const bitsOption = (values: Values): number => {
  const text = values['bits'] ?? '2048';
  if (text === '2048' || text === '3072' || text === '4096') return Number(text);
  throw fail('config_invalid', { field: '--bits', hint: `"${text}" is not 2048, 3072 or 4096.` });
};

/** `--note`, for the ledger. */
export const noteOption = (values: Values): string | undefined => {
  const text = values['note'];
  if (typeof text !== 'string') return undefined;
  if (text.length <= 500) return text;
  throw fail('config_invalid', { field: '--note', hint: 'A note has 500 characters at most.' });
};
