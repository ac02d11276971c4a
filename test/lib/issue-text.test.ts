import { expect, test } from 'vitest';
import { z } from 'zod';
import { issueText } from '#src/lib/issue-text';

const schema = z.object({
  kind: z.enum(['account', 'instance', 'jti']),
  key: z.literal('RSA'),
  name: z.string().min(3).max(5).regex(/^a/),
  limit: z.coerce.number().int().min(1).max(10),
  list: z.array(z.string()).min(1).max(2),
  on: z.boolean(),
  id: z.uuid('must be a UUID'),
  own: z.string('must be a name of ours').refine((text) => text !== 'x', 'must not be x'),
  either: z.union([z.number(), z.boolean()]),
  part: z.object({ of: z.string() }),
});
const valid = {
  kind: 'account',
  key: 'RSA',
  name: 'abc',
  limit: '5',
  list: ['a'],
  on: true,
  id: '00000000-0000-4000-8000-000000000000',
  own: 'a',
  either: 1,
  part: { of: 'a' },
};

const textOf = (input: unknown): string | undefined => {
  const [issue] = schema.safeParse(input).error?.issues ?? [];
  return issue && `${issue.path.join('.')} ${issueText(issue, input)}`.trim();
};

test.each<[object, string]>([
  [{ kind: 'accounts' }, 'kind must be account, instance or jti'],
  [{ kind: undefined }, 'kind is missing'],
  [{ kind: null }, 'kind must be account, instance or jti'],
  [{ key: 'EC' }, 'key must be RSA'],
  [{ name: 7 }, 'name must be a string'],
  [{ name: 'ab' }, 'name must have at least 3 characters'],
  [{ name: 'abcdef' }, 'name must have at most 5 characters'],
  [{ name: 'bcd' }, 'name is not valid'],
  [{ limit: 'many' }, 'limit must be a number'],
  [{ limit: '1.5' }, 'limit must be a whole number'],
  [{ limit: '0' }, 'limit must be at least 1'],
  [{ limit: '11' }, 'limit must be at most 10'],
  [{ list: 'a' }, 'list must be an array'],
  [{ list: [] }, 'list must have at least 1 entry'],
  [{ list: ['a', 'b', 'c'] }, 'list must have at most 2 entries'],
  [{ list: ['a', 1] }, 'list.1 must be a string'],
  [{ on: 'yes' }, 'on must be true or false'],
  [{ id: '7' }, 'id must be a UUID'],
  [{ own: 7 }, 'own must be a name of ours'],
  [{ own: 'x' }, 'own must not be x'],
  [{ either: 'x' }, 'either is not valid'],
  [{ part: 'x' }, 'part must be an object'],
  [{ part: {} }, 'part.of is missing'],
])('%j', (changes, text) => {
  expect(textOf(valid)).toBeUndefined();
  expect(textOf({ ...valid, ...changes })).toBe(text);
});

test.each([[null], ['text'], [[]]])('%j instead of an object', (input) => {
  expect(textOf(input)).toBe('must be an object');
});
