import { fail } from '#src/lib/errors';
import type { Values } from './arguments.ts';

/** The value of an option that is a port. Errors: config_invalid. */
export const portOption = (values: Values, name: string, otherwise: number): number => {
  const text = values[name];
  if (typeof text !== 'string') return otherwise;
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw fail('config_invalid', { field: `--${name}`, hint: `"${text}" is no port: 0 to 65535.` });
};

/** The value of an option that is an origin. Errors: config_invalid. */
export const originOption = (values: Values, name: string, otherwise: string): string => {
  const text = values[name];
  if (typeof text !== 'string') return otherwise;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text).origin;
  throw fail('config_invalid', { field: `--${name}`, hint: `"${text}" is no origin, such as ${otherwise}.` });
};
