import { fail } from '#src/lib/errors';
import { isPlainText } from '#src/lib/text';
import type { Option } from './command.ts';

export const configOption = {
  type: 'string',
  value: 'file',
  help: 'YAML configuration (default: KINPASS_CONFIG)',
} as const satisfies Option;

export const yesOption = {
  type: 'boolean',
  help: 'do not ask for confirmation',
} as const satisfies Option;

export const reasonOption = {
  type: 'string',
  value: 'text',
  help: 'recorded in the audit log, such as a ticket number',
} as const satisfies Option;

/** `--reason`; empty if it is not given. Errors: arguments_invalid. */
export const checkReason = (text = ''): string => {
  if (text === '' || (text.length <= 500 && isPlainText(text))) return text;
  const hint = 'a reason is one line of at most 500 visible characters';
  throw fail('arguments_invalid', { field: '--reason', hint });
};

/** The port that an option gives. Errors: arguments_invalid. */
export const parsePort = (text: string | undefined, option: string, fallback: number): number => {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw fail('arguments_invalid', { field: option, hint: `"${text}" is not a valid port (0 to 65535)` });
};

/** The origin that an option gives. Errors: arguments_invalid. */
export const parseOrigin = (text: string | undefined, option: string, fallback: string): string => {
  if (text === undefined) return fallback;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text).origin;
  throw fail('arguments_invalid', {
    field: option,
    hint: `"${text}" is not a valid origin, such as ${fallback}`,
  });
};

/** The time that an option gives, in epoch milliseconds. Errors: arguments_invalid. */
export const parseTime = (text: string | undefined, option: string): number | undefined => {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isFinite(time)) return time;
  const hint = `"${text}" is not a valid time with a zone, such as 2031-01-31T08:00Z or 2031-01-31T08:00+01:00`;
  throw fail('arguments_invalid', { field: option, hint });
};

/** The whole number that an option gives. Errors: arguments_invalid. */
export const parseWholeNumber = (
  text: string | undefined,
  option: string,
  { fallback, min = 0 }: { readonly fallback: number; readonly min?: number },
): number => {
  if (text === undefined) return fallback;
  if (/^\d{1,15}$/.test(text) && Number(text) >= min) return Number(text);
  throw fail('arguments_invalid', {
    field: option,
    hint: `"${text}" is not a whole number of at least ${min}`,
  });
};
