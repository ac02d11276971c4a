import type { z } from 'zod';
import { type ErrorCode, fail } from '#src/lib/errors';

/** Input against its schema; the first fault names its field. Unknown members are dropped, never acted upon. */
export const guard = <S extends z.ZodType>(
  schema: S,
  input: unknown,
  code: ErrorCode = 'gateway_parameter_invalid',
): z.output<S> => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw fail(code, {
    field: issue?.path.join('.') || 'body',
    hint: issue?.message ?? 'send what the reference says',
  });
};

/** Output against its schema: what does not fit is our fault, and does not leave. */
export const guardOut = <S extends z.ZodType>(schema: S, output: unknown): z.output<S> => {
  const result = schema.safeParse(output);
  if (result.success) return result.data;
  throw fail('gateway_internal', {
    detail: `an answer does not fit its schema at ${result.error.issues[0]?.path.join('.')}`,
  });
};
