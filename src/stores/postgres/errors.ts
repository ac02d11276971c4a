import { DatabaseError } from 'pg';
import { fail, KinpassError } from '#src/lib/errors';
import { nodeErrorCode } from '#src/lib/system-error';
import { type StoreFailure, storeUnavailable } from '../failure.ts';
import { refusal } from '../moving.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const state = {
  cannotUndo: '40001',
  deadlock: '40P01',
  readOnly: '25006',
  privilege: '42501',
  locked: '55P03',
  unique: '23505',
} as const;

/** Classes of states in which the server may be able to do the same later. */
const transient = /^(08|25|26|28|3D|40|42P05|53|55|57|58)/;
const damaged = /^XX00[12]$/;

const unknownAuthority =
  'the certificate of the server is not signed by a trusted authority: see store.tls.ca';

/** By codes of Node.js. */
const untrusted: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate of the server is for another host: see store.url and store.tls.mode',
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
};

/** Explanations for the operator, by SQLSTATE or code of Node.js. */
const reasons: Readonly<Record<string, string>> = {
  '25006': 'the server is read-only',
  '28000': 'the server does not accept this user from this host, or only with TLS: see store.tls.mode',
  '28P01': 'the password is wrong: see store.url',
  '3D000': 'the database does not exist',
  '40001': 'rivals kept changing the same rows',
  '40P01': 'rivals kept changing the same rows',
  '42501': 'the user may not do this',
  '42P05': 'a pooler mixes prepared statements up: set store.preparedStatements to false',
  '26000': 'a pooler mixes prepared statements up: set store.preparedStatements to false',
  '53100': 'the disk of the server is full',
  '53200': 'the server has no memory left',
  '53300': 'the server has no connection left',
  '55000': refusal,
  '55P03': 'a lock was not free in time',
  '57014': 'a statement took longer than store.statementTimeout',
  '57P01': 'the server ended the connection',
  '57P03': 'the server starts or stops',
  ...untrusted,
};

/** The reason for metrics; the first match counts. */
const kinds: readonly (readonly [RegExp, StoreFailure])[] = [
  [/^(25006|55000)/, 'read-only'],
  [/^40/, 'conflict'],
  [/^(28|3D)/, 'refused'],
  [/^53100/, 'disk-full'],
  [/^53/, 'no-connection'],
  [/^(55|57014)/, 'timeout'],
  [/^(26|42P05)/, 'other'],
];

/** The SQLSTATE of a standby or a read-only server. */
export const readOnlyState = state.readOnly;

const stateOf = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined;

/** Rivals were in the way: the same transaction may succeed now. */
export const isConflict = (error: unknown): boolean => {
  const code = stateOf(error);
  return code === state.cannotUndo || code === state.deadlock;
};

/** A lock was not available in time (lock_timeout). */
export const isLocked = (error: unknown): boolean => stateOf(error) === state.locked;

/** The user lacks a privilege. */
export const mayNotDo = (error: unknown): boolean => stateOf(error) === state.privilege;

/** A row with the same key is there already, according to this constraint. */
export const isTaken = (error: unknown, constraint: string): boolean =>
  error instanceof DatabaseError && error.code === state.unique && error.constraint === constraint;

/** Whether the connection is as good as before. After a failover another server may accept what this one refuses. */
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
  const detail = `PostgreSQL: ${reasonOf(error)}`;
  if (code !== undefined && damaged.test(code)) return fail('store_invalid', { detail, cause: error });
  return code === undefined || transient.test(code)
    ? storeUnavailable(kindOf(error), { detail, cause: error })
    : error;
};

/** Converts an error at start-up: tells the operator which database and why. `place` has no password in it. */
export const whileOpening = (error: unknown, place: string): KinpassError => {
  const isUnavailable = error instanceof KinpassError && error.code === 'gateway_unavailable';
  if (error instanceof KinpassError && !isUnavailable) return error;
  const cause = isUnavailable ? error.cause : error;
  const reason = isUnavailable && cause === undefined ? error.detail : reasonOf(cause);
  return fail('store_invalid', { field: 'store.url', hint: `${place} cannot be used: ${reason}.`, cause });
};

/** No connection of the pool became free in time. */
const noneFree = /timeout exceeded when trying to connect/;

/** Errors of the driver itself have no code. */
const driverMessages: readonly (readonly [RegExp, string, StoreFailure])[] = [
  [noneFree, 'no connection became free in time: see store.maxConnections', 'no-connection'],
  [/connection timeout/, 'the server did not answer in time', 'unreachable'],
  [/after calling end on the pool/, 'the store is closed', 'other'],
  [/does not support SSL/, 'the server does not support TLS: see store.tls.mode', 'unreachable'],
  [/^Connection terminated|not queryable/, 'the connection broke', 'unreachable'],
];

/** Whether there was no connection because this process uses all it may, not because of the server. */
export const isPoolExhausted = (error: unknown): boolean =>
  error instanceof Error && noneFree.test(error.message);

const sayingOf = (error: unknown) => {
  const message = error instanceof Error ? error.message : '';
  return driverMessages.find(([pattern]) => pattern.test(message));
};

const reasonOf = (error: unknown): string => {
  const code = stateOf(error) ?? nodeErrorCode(error);
  const reason = code === undefined ? undefined : reasons[code];
  if (code !== undefined) return reason === undefined ? code : `${reason} (${code})`;
  return sayingOf(error)?.[1] ?? 'unknown reason';
};

const kindOf = (error: unknown): StoreFailure => {
  const code = stateOf(error);
  if (code !== undefined) return kinds.find(([pattern]) => pattern.test(code))?.[1] ?? 'unreachable';
  return nodeErrorCode(error) !== undefined ? 'unreachable' : (sayingOf(error)?.[2] ?? 'unreachable');
};
