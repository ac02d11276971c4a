import type { z } from 'zod';
import { type ErrorCode, fail } from '#src/lib/errors';
import { issueText } from '#src/lib/issue-text';

/** Checks input against its schema. The error names the first invalid field. Unknown members are dropped. */
export const guard = <S extends z.ZodType>(
  schema: S,
  input: unknown,
  code: ErrorCode | ((field: string) => ErrorCode) = 'gateway_parameter_invalid',
): z.output<S> => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const issue = first && innermost(first);
  const field = issue?.path.join('.') || 'body';
  throw fail(typeof code === 'string' ? code : code(field), {
    field,
    hint: issue ? issueText(issue, input) : 'see the API reference',
  });
};

/** Checks output against its schema: what does not match is not sent. */
export const guardOut = <S extends z.ZodType>(schema: S, output: unknown): z.output<S> => {
  const result = schema.safeParse(output);
  if (result.success) return result.data;
  throw fail('gateway_internal', {
    detail: `a response does not match its schema at ${result.error.issues[0]?.path.join('.')}`,
  });
};

type Issue = z.core.$ZodIssue;

const isOfOtherKind = ([issue]: readonly Issue[]): boolean =>
  issue?.code === 'invalid_type' && issue.path.length === 0;

/** Of a value that may have one of several forms: what is wrong with the form that it has. */
const innermost = (issue: Issue): Issue => {
  if (issue.code !== 'invalid_union') return issue;
  const [found] = issue.errors.find((issues) => issues.length > 0 && !isOfOtherKind(issues)) ?? [];
  return found ? innermost({ ...found, path: [...issue.path, ...found.path] }) : issue;
};
