/** An error with a code and a hint. The gateway and the simulator each have a class for these. */
interface KnownError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly field: string | undefined;
}

const isKnown = (error: unknown): error is KnownError =>
  error instanceof Error && 'code' in error && 'hint' in error && 'field' in error;

/** Errors whose hint says everything. */
const selfExplanatory = new Set(['port_taken', 'key_step_refused', 'confirmation_missing']);

/** The lines that describe an error to the person at the terminal: what is wrong and what to change, without a stack. */
export const explain = (error: unknown, { debug = false }: { debug?: boolean } = {}): string[] => [
  ...(isKnown(error) ? known(error) : unknown(error, debug)),
  ...(debug ? stacks(error) : []),
];

const known = ({ code, message, field, hint }: KnownError): string[] => {
  if (selfExplanatory.has(code) && hint) return hint.split('\n').map((line) => `kinpass: ${line}`);
  return [
    `kinpass: ${message}${field ? ` (${field})` : ''}`,
    ...(hint ? hint.split('\n').map((line) => `  ${line.trim()}`) : []),
  ];
};

const unknown = (error: unknown, debug: boolean): string[] => [
  `kinpass: ${error instanceof Error ? error.message : String(error)}`,
  ...(debug ? [] : ['  Set KINPASS_DEBUG=1 to see where it happened.']),
];

/** Stacks of the error and its causes, and nothing else: other members may contain secrets. */
const stacks = (error: unknown): string[] =>
  error instanceof Error ? [error.stack ?? error.message, ...stacks(error.cause)] : [];
