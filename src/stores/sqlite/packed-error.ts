import { type ErrorCode, type ErrorContext, fail, KinpassError } from '#src/lib/errors';

/** An error as data: the way between threads takes classes and own properties from it. */
export type PackedError = {
  readonly stack: string;
  readonly cause: PackedError | undefined;
} & (
  | { readonly code: ErrorCode; readonly context: ErrorContext }
  | { readonly message: string; readonly properties: object }
);

export const packError = (error: unknown): PackedError => {
  if (!(error instanceof Error)) return { message: String(error), properties: {}, ...neither };
  const { stack = '', cause } = error;
  const common = { stack, cause: cause === undefined ? undefined : packError(cause) };
  if (!(error instanceof KinpassError))
    return { ...common, message: error.message, properties: propertiesOf(error) };
  const { code, hint, field, retryAfter, detail, facts } = error;
  return { ...common, code, context: { hint, field, retryAfter, detail, facts } };
};

export const unpackError = (packed: PackedError): Error => {
  const { stack } = packed;
  const cause = packed.cause && { cause: unpackError(packed.cause) };
  return 'code' in packed
    ? Object.assign(fail(packed.code, { ...packed.context, ...cause }), { stack })
    : Object.assign(new Error(packed.message, cause), packed.properties, { stack });
};

const neither = { stack: '', cause: undefined };

/** What errors of Node.js and SQLite are told apart by. */
const propertiesOf = (error: Error): object => ({
  name: error.name,
  ...('code' in error && { code: error.code }),
  ...('errcode' in error && { errcode: error.errcode }),
  ...('errstr' in error && { errstr: error.errstr }),
});
