/** An error with a code and a hint. The gateway and the simulator each have a class for these. */
interface KnownError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly field: string | undefined;
}

const isKnown = (error: unknown): error is KnownError =>
  error instanceof Error && 'code' in error && 'hint' in error && 'field' in error;

/** An error as the person at the terminal should read it: what is wrong and what to change; never a stack. */
export const explain = (error: unknown, { debug = false }: { debug?: boolean } = {}): string[] => [
  ...(isKnown(error) ? known(error) : unknown(error, debug)),
  ...(debug ? stacks(error) : []),
];

const known = ({ code, message, field, hint }: KnownError): string[] => {
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
