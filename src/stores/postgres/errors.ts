import { DatabaseError } from 'pg';
import { fail, KinpassError } from '#src/lib/errors';
import { nodeErrorCode } from '#src/lib/system-error';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const state = {
  cannotUndo: '40001',
  deadlock: '40P01',
  readOnly: '25006',
  unique: '23505',
} as const;

/** Classes of states in which the server may be able to do the same later. */
const passing = /^(08|25|26|28|3D|40|42P05|53|55|57|58)/;
const damaged = /^XX00[12]$/;

/** What the operator should know, by state. */
const reasons: Readonly<Record<string, string>> = {
  '25006': 'the server is read-only',
  '28000': 'the server refuses this user',
  '28P01': 'the password is wrong',
  '3D000': 'the database does not exist',
  '40001': 'rivals kept changing the same rows',
  '40P01': 'rivals kept changing the same rows',
  '42501': 'the user may not do this',
  '42P05': 'a pooler mixes prepared statements up: set store.preparedStatements to false',
  '26000': 'a pooler mixes prepared statements up: set store.preparedStatements to false',
  '53100': 'the disk of the server is full',
  '53200': 'the server has no memory left',
  '53300': 'the server has no connection left',
  '55P03': 'a lock was not free in time',
  '57014': 'a statement took longer than store.statementTimeout',
  '57P01': 'the server ended the connection',
  '57P03': 'the server starts or stops',
};

const stateOf = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined;

/** Rivals were in the way: the same transaction may succeed now. */
export const isConflict = (error: unknown): boolean => {
  const code = stateOf(error);
  return code === state.cannotUndo || code === state.deadlock;
};

/** A row with the same key is there already, according to this constraint. */
export const isTaken = (error: unknown, constraint: string): boolean =>
  error instanceof DatabaseError && error.code === state.unique && error.constraint === constraint;

/** Whether the connection is as good as before. After a fail-over another server may accept what this one refuses. */
export const mayServeAgain = (error: unknown): boolean => {
  if (error instanceof KinpassError) return error.code === 'store_invalid';
  if (!(error instanceof DatabaseError)) return false;
  return (
    error.severity === 'ERROR' && error.code !== state.readOnly && !/^(26|42P05|XX)/.test(error.code ?? '')
  );
};

/** Converts an error while serving. What the server said stays in the private half. */
export const whileServing = (error: unknown): unknown => {
  if (error instanceof KinpassError) return error;
  const code = stateOf(error);
  if (code === undefined || passing.test(code))
    return fail('gateway_unavailable', {
      retryAfter: 1,
      detail: `PostgreSQL: ${reasonOf(error)}`,
      cause: error,
    });
  if (damaged.test(code))
    return fail('store_invalid', { detail: `PostgreSQL: ${reasonOf(error)}`, cause: error });
  return error;
};

/** Converts an error at start-up: tells the operator which database and why. `place` has no password in it. */
export const whileOpening = (error: unknown, place: string): KinpassError => {
  const cause = error instanceof KinpassError && error.code === 'gateway_unavailable' ? error.cause : error;
  if (cause instanceof KinpassError) return cause;
  return fail('store_invalid', {
    field: 'store.url',
    hint: `${place} cannot be used: ${reasonOf(cause)}.`,
    cause,
  });
};

/** Errors of the driver itself have no code. */
const sayings: readonly (readonly [RegExp, string])[] = [
  [/timeout exceeded when trying to connect/, 'no connection was free in time'],
  [/connection timeout/, 'the server did not answer in time'],
  [/after calling end on the pool/, 'the store is closed'],
  [/does not support SSL/, 'the server does not support TLS: see store.tls.mode'],
  [/^Connection terminated|not queryable/, 'the connection broke'],
];

const reasonOf = (error: unknown): string => {
  const code = stateOf(error) ?? nodeErrorCode(error);
  const reason = code === undefined ? undefined : reasons[code];
  if (code !== undefined) return reason === undefined ? code : `${reason} (${code})`;
  const message = error instanceof Error ? error.message : '';
  return sayings.find(([pattern]) => pattern.test(message))?.[1] ?? 'unknown reason';
};
