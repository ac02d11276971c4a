import { fail, KinpassError } from '#src/lib/errors';
import { type StoreFailure, storeUnavailable } from '../failure.ts';
import { refusal } from '../moving.ts';

/** Primary result codes, https://sqlite.org/rescode.html */
const result = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notADatabase: 26,
};

const cannotServe: ReadonlyMap<number, StoreFailure> = new Map([
  [result.busy, 'busy'],
  [result.locked, 'busy'],
  [result.readOnly, 'read-only'],
  [result.io, 'unreachable'],
  [result.full, 'disk-full'],
  [result.cannotOpen, 'unreachable'],
]);
const damaged = new Set([result.corrupt, result.notADatabase]);

const primaryCode = (error: unknown): number | undefined => {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
};

/** Another process holds the lock: retry. */
export const isBusy = (error: unknown): boolean => {
  const code = primaryCode(error);
  return code === result.busy || code === result.locked;
};

/** The data is being moved to another store (moving.ts). */
const isMoved = (error: unknown): boolean =>
  primaryCode(error) === result.constraint && error instanceof Error && error.message === refusal;

/** Converts an error while serving. The file's name stays in the private half: clients see the rest. */
export const whileServing = (error: unknown, file: string): unknown => {
  const code = primaryCode(error);
  const failure = isMoved(error) ? 'read-only' : cannotServe.get(code ?? 0);
  if (failure) return storeUnavailable(failure, { detail: `${file}: ${reasonOf(error)}`, cause: error });
  if (error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_STATE') {
    return fail('gateway_unavailable', { detail: `${file} is closed`, cause: error });
  }
  if (code !== undefined && damaged.has(code)) {
    return fail('store_invalid', { detail: `${file}: ${reasonOf(error)}`, cause: error });
  }
  return error;
};

/** Converts an error at start-up: tells the operator which file and why. */
export const whileOpening = (error: unknown, file: string): KinpassError => {
  if (error instanceof KinpassError) return error;
  return fail('store_invalid', {
    field: 'store.file',
    hint: `${file} cannot be opened: ${reasonOf(error)}.`,
    cause: error,
  });
};

const reasonOf = (error: unknown): string => {
  if (isMoved(error)) return refusal;
  if (!(error instanceof Error)) return 'unknown reason';
  if ('errstr' in error && typeof error.errstr === 'string') return error.errstr;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
