const titles = {
  config_invalid: 'The configuration is invalid.',
  store_invalid: 'The state file cannot be used.',
  port_taken: 'A port is already in use.',
  gateway_parameter_invalid: 'A parameter is missing or malformed.',
} as const;

export type ErrorCode = keyof typeof titles;

interface ErrorContext {
  /** What the caller should change. */
  readonly hint?: string;
  /** The option, setting or parameter at fault. */
  readonly field?: string;
  readonly cause?: unknown;
}

/** An error that the caller can fix. Compare codes, never messages; everything else that is thrown is a bug. */
export class SimulatorError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly field: string | undefined;

  constructor(code: ErrorCode, { hint, field, cause }: ErrorContext = {}) {
    super(titles[code], cause === undefined ? undefined : { cause });
    this.name = 'SimulatorError';
    this.code = code;
    this.hint = hint;
    this.field = field;
  }
}

export const fail = (code: ErrorCode, context?: ErrorContext): SimulatorError =>
  new SimulatorError(code, context);
