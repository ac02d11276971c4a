import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a value that a schema refused, for whoever sent it as JSON, in a form or in a query. `input` is what
 * was parsed. A schema's own messages are kept; those of the library are for developers.
 */
export const issueText = (issue: Issue, input: unknown): string => {
  if (!isLibraryText(issue.message)) return issue.message;
  if (valueAt(input, issue.path) === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${alternatives(issue.values.map(String))}`;
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small':
    case 'too_big':
      return limitText(issue);
    default:
      return 'is not valid';
  }
};

/** Messages of schemas are ours; those of the library start like this. */
export const isLibraryText = (message: string): boolean => /^(Invalid|Too|Unrecognized)\b/.test(message);

/** `must be at least 1`, `must have at most 500 characters`. */
export const limitText = (issue: Issue & { code: 'too_small' | 'too_big' }): string => {
  const [bound, amount] =
    issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
  const [one, more] = units[issue.origin] ?? [];
  if (one === undefined) return `must be ${bound} ${amount}`;
  return `must have ${bound} ${amount} ${Number(amount) === 1 ? one : more}`;
};

const units: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );

/** `account, instance or jti`. */
const alternatives = (values: readonly string[]): string =>
  [values.slice(0, -1).join(', '), values.slice(-1).join()].filter(Boolean).join(' or ');

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
};
