import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Where a number of docs/security.md is tested if not here: a file, and the title of a test in it. */
const elsewhere: Readonly<Record<string, readonly [file: string, title: string]>> = {
  T3: ['signing-keys/bad-keys.test.ts', 'reported at the start with file, field and cure'],
  T10: ['stores/sqlite-processes.test.ts', 'three processes spend 200 codes, each of them once'],
  T11: ['identity/verify-id-token.test.ts', 'an ID Token is refused'],
  T13: ['identity/email.test.ts', 'two spellings of one mailbox are equal'],
  T35: ['regression/redirect-url-of-another-site.test.ts', 'evil.example'],
  T42: ['adobe-pass/transport.test.ts', 'TLS: a certificate of nobody’s is refused'],
  T52: ['scenarios/bad-input.test.ts', 'tricks in the path reach nobody'],
  T74: ['scenarios/secrecy.test.ts', 'no token, secret, code or address shows in logs'],
};

const folder = import.meta.dirname;
const here = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts') && file !== 'index.test.ts')
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');
const titled = [...here.matchAll(/['"`](T\d+) /g)].map(([, number]) => number);
const todos = [...here.matchAll(/test\.todo\(\s*['"](T\d+) /g)].map(([, number]) => number);
const numbers = Array.from({ length: 80 }, (_, index) => `T${index + 1}`);

describe('the list of docs/security.md', () => {
  test('every number has a test', () => {
    const covered = new Set([...titled, ...todos, ...Object.keys(elsewhere)]);
    expect(numbers.filter((number) => !covered.has(number))).toEqual([]);
    expect([...covered].filter((number) => !numbers.includes(number ?? ''))).toEqual([]);
  });

  test.each(Object.entries(elsewhere))(
    '%s is tested elsewhere, and its test is there',
    (_number, [file, title]) => {
      expect(readFileSync(join(folder, '..', file), 'utf8')).toContain(title);
    },
  );

  test('at most ten wait for what is not there yet', () => {
    expect(todos.length).toBeLessThanOrEqual(10);
  });

  test('the document lists every number', () => {
    const document = readFileSync(join(folder, '../../docs/security.md'), 'utf8');
    expect(numbers.filter((number) => !new RegExp(`\\b${number}\\b`).test(document))).toEqual([]);
  });
});
