import { fail, KinpassError } from '#src/lib/errors';

/** Primary result codes, https://sqlite.org/rescode.html */
const result = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

const cannotServe = new Set([
  result.busy,
  result.locked,
  result.readOnly,
  result.io,
  result.full,
  result.cannotOpen,
]);
const damaged = new Set([result.corrupt, result.notADatabase]);

const primaryCode = (error: unknown): number | undefined => {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
};

/** Another process holds the lock: worth another try. */
export const isBusy = (error: unknown): boolean => {
  const code = primaryCode(error);
  return code === result.busy || code === result.locked;
};

/** What a failure while serving means to Kinpass. The file's name stays private: these reach clients. */
export const whileServing = (error: unknown, file: string): unknown => {
  const code = primaryCode(error);
  if (code !== undefined && cannotServe.has(code)) {
    return fail('gateway_unavailable', {
      retryAfter: 1,
      detail: `${file}: ${reasonOf(error)}`,
      cause: error,
    });
  }
  if (error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_STATE') {
    return fail('gateway_unavailable', { detail: `${file} is closed`, cause: error });
  }
  if (code !== undefined && damaged.has(code)) {
    return fail('store_invalid', { detail: `${file}: ${reasonOf(error)}`, cause: error });
  }
  return error;
};

/** What a failure at start means: the operator is told which file and why. */
export const whileOpening = (error: unknown, file: string): KinpassError => {
  if (error instanceof KinpassError) return error;
  return fail('store_invalid', {
    field: 'store.file',
    hint: `${file} cannot be opened: ${reasonOf(error)}.`,
    cause: error,
  });
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown reason';
  if ('errstr' in error && typeof error.errstr === 'string') return error.errstr;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
