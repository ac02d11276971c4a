import { type ErrorContext, fail, KinpassError } from '#src/lib/errors';

/** Why an operation of the store failed, for metrics and alerts. */
export type StoreFailure =
  | 'busy' // another process holds the lock, or too many calls wait
  | 'conflict' // rivals kept changing the same rows
  | 'damaged'
  | 'disk-full'
  | 'no-connection' // none was free, here or at the server
  | 'read-only'
  | 'refused' // user, password or database
  | 'timeout'
  | 'unreachable'
  | 'other';

interface Unavailable extends Pick<ErrorContext, 'detail' | 'cause'> {
  /** Seconds after which it may be tried again; 1 without it. */
  readonly retryAfter?: number;
}

/** The operation is not possible now. `detail` is only for the log. */
export const storeUnavailable = (
  failure: StoreFailure,
  { retryAfter = 1, ...context }: Unavailable,
): KinpassError => fail('gateway_unavailable', { ...context, retryAfter, facts: { store: failure } });

/** Undefined for an error that is no failure of the store, such as a refusal. */
export const failureOf = (error: unknown): StoreFailure | undefined => {
  if (!(error instanceof KinpassError)) return 'other';
  if (error.code === 'store_invalid') return 'damaged';
  return error.facts['store'] as StoreFailure | undefined;
};
