import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const rows = read('docs/checklist.md')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').slice(1, -1));

/** Titles of tests as they stand in a file. */
const titlesIn = (text: string): string[] =>
  [...text.matchAll(/^\s*['`](.+)['`],$|\btest(?:\.\w+)*\(?.*?['`](.+?)['`],/gm)].map(
    ([, alone, inline]) => alone ?? inline ?? '',
  );

test('docs/checklist.md has the forty items in their order, each with who holds it', () => {
  expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  for (const [, item, held] of rows) expect([item?.trim(), held?.trim()]).not.toContain('');
});

test('each item has a test of its number', () => {
  const files = globSync('test/checklist/*.test.ts').map((file) => read(file));
  const numbers = files.flatMap(titlesIn).flatMap((title) => /^(\d+) /.exec(title)?.[1] ?? []);
  expect(numbers.map(Number).sort((one, other) => one - other)).toEqual(
    rows.map(([number]) => Number(number)),
  );
});

test.each(
  rows
    .map(([number = '', , , evidence = '']) => [number.trim(), evidence.trim()])
    .filter(([, evidence]) => evidence),
)('the further evidence of item %s is there: %s', (_number, evidence = '') => {
  const [, file = '', title = ''] = /^`(.+?)`: (.+)$/.exec(evidence) ?? [];
  expect(titlesIn(read(`test/${file}.test.ts`))).toContain(title);
});
