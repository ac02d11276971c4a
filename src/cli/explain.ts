import { KinpassError } from '#src/lib/errors';

/** An error as the person at the terminal should read it: what is wrong and what to change; never a stack. */
export const explain = (error: unknown, { debug = false }: { debug?: boolean } = {}): string[] => [
  ...(error instanceof KinpassError ? known(error) : unknown(error, debug)),
  ...(debug ? stacks(error) : []),
];

const known = ({ code, message, field, hint }: KinpassError): string[] => {
  if ((code === 'port_taken' || code === 'key_step_refused') && hint) return [`kinpass: ${hint}`];
  return [
    `kinpass: ${message}${field ? ` (${field})` : ''}`,
    ...(hint ? hint.split('\n').map((line) => `  ${line.trim()}`) : []),
  ];
};

const unknown = (error: unknown, debug: boolean): string[] => [
  `kinpass: ${error instanceof Error ? error.message : String(error)}`,
  ...(debug ? [] : ['  KINPASS_DEBUG=1 shows where it happened.']),
];

/** Where it happened, and what it came from. Stacks alone: other members of an error may hold what is secret. */
const stacks = (error: unknown): string[] =>
  error instanceof Error ? [error.stack ?? error.message, ...stacks(error.cause)] : [];
