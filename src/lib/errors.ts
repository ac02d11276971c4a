/**
 * Every error that Kinpass itself raises. An error has a public half (code, title, hint, field) and a private half
 * (detail, cause) that reaches logs only. Compare errors by code, never by message: texts may change, codes do not.
 * The entries are in `errors/`, by audience; `docs/errors.md` is generated from them.
 */
import { apiErrors } from './errors/api.ts';
import type { ErrorAction, ErrorEntry } from './errors/entry.ts';
import { processErrors } from './errors/process.ts';
import { registrationErrors } from './errors/registration.ts';
import { restErrors } from './errors/rest-v2.ts';
import { signInErrors } from './errors/sign-in.ts';

export const catalogue = {
  ...apiErrors,
  ...restErrors,
  ...registrationErrors,
  ...signInErrors,
  ...processErrors,
};

export type ErrorCode = keyof typeof catalogue;

export interface ErrorContext {
  /** Public: what the caller should change. Never a secret, never upstream text. */
  readonly hint?: string | undefined;
  /** Public: the parameter, header or setting at fault. */
  readonly field?: string | undefined;
  /** Public: seconds to wait before trying again. */
  readonly retryAfter?: number | undefined;
  /** Public: whether it concerns a client that was registered, rather than a sign-in. It may change the action. */
  readonly isRegistered?: boolean | undefined;
  /** Public: instead of that of the entry, where another server has chosen it. */
  readonly status?: number | undefined;
  /** Private: logs only. */
  readonly detail?: string | undefined;
  /** Private: fields of the log line. */
  readonly facts?: Facts;
  readonly cause?: unknown;
}

/** Short values by name, for searches and alerts. Never a secret, never upstream text. */
export type Facts = Readonly<Record<string, string>>;

export class KinpassError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;
  readonly isRegistered: boolean | undefined;
  readonly detail: string | undefined;
  readonly facts: Facts;

  constructor(code: ErrorCode, context: ErrorContext = {}) {
    super(catalogue[code].title, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = 'KinpassError';
    this.code = code;
    this.status = context.status ?? catalogue[code].status;
    this.hint = context.hint;
    this.field = context.field;
    this.retryAfter = context.retryAfter;
    this.isRegistered = context.isRegistered;
    this.detail = context.detail;
    this.facts = context.facts ?? {};
  }

  /** What the client can do about it. */
  get action(): ErrorAction {
    const { action, actionIfRegistered } = entryOf(this.code);
    return (this.isRegistered && actionIfRegistered) || action;
  }
}

export const fail = (code: ErrorCode, context?: ErrorContext): KinpassError =>
  new KinpassError(code, context);

/** The same error with more facts; those that it has already stay. */
export const withFacts = (error: KinpassError, facts: Facts): KinpassError =>
  new KinpassError(error.code, {
    ...error,
    ...(error.cause !== undefined && { cause: error.cause }),
    facts: { ...facts, ...error.facts },
  });

export const hasCode = (error: unknown, code: ErrorCode): boolean =>
  error instanceof KinpassError && error.code === code;

/** The catalogue's entry, widened so that optional members can be read. */
export const entryOf = (code: ErrorCode): ErrorEntry => catalogue[code];
