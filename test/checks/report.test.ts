import { expect, test } from 'vitest';
import type { Check, Result } from '#src/checks/check';
import { jsonReport, textReport } from '#src/checks/report';
import { selectChecks } from '#src/checks/select';

const result = (changes: Partial<Result>): Result => ({
  id: 'clock',
  question: 'Is the clock right?',
  verdict: 'ok',
  summary: 'The clock is right.',
  took: 3,
  ...changes,
});

const results = [
  result({ facts: { offset: '0.2 s', asked: ['adobe', 'public'] } }),
  result({ id: 'keys', verdict: 'warning', summary: 'The key is old.', cure: 'Run kinpass keys generate.' }),
  result({ id: 'store', verdict: 'failed', summary: 'The file is damaged.', cure: 'Restore it.' }),
  result({ id: 'proxies', verdict: 'skipped', summary: 'Not checked: it needs public.' }),
];

test('a person reads one line for each check, its cure below, and the count of verdicts', () => {
  const marks = { verdict: (_verdict: string, text: string) => text, aside: (text: string) => text };
  expect(textReport(results, marks)).toEqual([
    'ok      clock    The clock is right. (offset: 0.2 s, asked: adobe public)',
    'warning keys     The key is old.',
    '                 → Run kinpass keys generate.',
    'failed  store    The file is damaged.',
    '                 → Restore it.',
    'skipped proxies  Not checked: it needs public.',
    '',
    '4 checks: 1 failed, 1 warning, 1 skipped, 1 ok.',
  ]);
  expect(textReport([result({})], marks).at(-1)).toBe('1 check: 1 ok.');
});

test('a program reads whether anything failed; a warning is no failure', () => {
  expect(jsonReport(results)).toEqual({
    ok: false,
    counts: { failed: 1, warning: 1, skipped: 1, ok: 1 },
    checks: results,
  });
  expect(jsonReport(results.slice(0, 2)).ok).toBe(true);
});

test('checks are chosen by id, or by the start of it up to a dot', () => {
  const checks = ['dns.a', 'dns.b', 'dns2', 'keys'].map(
    (id): Check => ({ id, question: '', run: async () => ({ verdict: 'ok', summary: '' }) }),
  );
  const { selected, unknown } = selectChecks(checks, ['dns', 'keys', 'clock', 'key']);
  expect(selected.map(({ id }) => id)).toEqual(['dns.a', 'dns.b', 'keys']);
  expect(unknown).toEqual(['clock', 'key']);
});
