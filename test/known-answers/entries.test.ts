import { expect, test } from 'vitest';
import { createEntries } from '#src/known-answers/entries';

const entry = (key: string, tags: readonly string[] = [], size = 10) => ({ key, tags, size });

const keysOf = ({ values }: ReturnType<typeof createEntries>): string[] =>
  [...values()].map(({ key }) => key);

test('the least recently used entry goes first when bytes are short', () => {
  const entries = createEntries(30);
  for (const key of ['a', 'b', 'c']) entries.add(entry(key));
  const a = entries.get('a');
  if (a) entries.touch(a);
  entries.add(entry('d'));
  expect([keysOf(entries), entries.bytes]).toEqual([['c', 'a', 'd'], 30]);
});

test('an entry that grows pushes others out, in the end itself', () => {
  const entries = createEntries(30);
  const [a, b] = [entry('a'), entry('b')];
  entries.add(a);
  entries.add(b);
  entries.resize(b, 25);
  expect([keysOf(entries), entries.bytes]).toEqual([['b'], 25]);
  entries.resize(b, 31);
  expect([keysOf(entries), entries.bytes]).toEqual([[], 0]);
});

test('an entry is found by each of its tags until it is removed', () => {
  const entries = createEntries(100);
  const a = entry('a', ['ana', 'tv']);
  entries.add(a);
  entries.add(entry('b', ['ana']));
  expect([...entries.tagged('tv')]).toEqual([a]);
  entries.remove(a);
  expect([...entries.tagged('tv')]).toEqual([]);
  expect([...entries.tagged('ana')].map(({ key }) => key)).toEqual(['b']);
  expect([...entries.tagged('unknown')]).toEqual([]);
});

test('another entry of a key takes its place, tags and bytes; the one before is in no longer', () => {
  const entries = createEntries(100);
  const [before, after] = [entry('a', ['ana'], 60), entry('a', ['ben'], 20)];
  entries.add(before);
  entries.add(after);
  expect([entries.isIn(before), entries.isIn(after), entries.bytes]).toEqual([false, true, 20]);
  expect([...entries.tagged('ana')]).toEqual([]);
  entries.remove(before);
  expect(entries.get('a')).toBe(after);
});
