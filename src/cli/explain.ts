import { inspect } from 'node:util';
import { KinpassError } from '#src/lib/errors';

/** An error as the person at the terminal should read it: what is wrong and what to change; never a stack. */
export const explain = (error: unknown, { debug = false }: { debug?: boolean } = {}): string[] => [
  ...(error instanceof KinpassError ? known(error) : unknown(error, debug)),
  ...(debug ? [inspect(error)] : []),
];

const known = ({ message, field, hint }: KinpassError): string[] => [
  `kinpass: ${message}${field ? ` (${field})` : ''}`,
  ...(hint ? [hint.startsWith(' ') ? hint : `  ${hint}`] : []),
];

const unknown = (error: unknown, debug: boolean): string[] => [
  `kinpass: ${error instanceof Error ? error.message : String(error)}`,
  ...(debug ? [] : ['  KINPASS_DEBUG=1 shows where it happened.']),
];
