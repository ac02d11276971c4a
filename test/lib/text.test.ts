import { expect, test } from 'vitest';
import { isPlainText, isSingleLine } from '#src/lib/text';

test.each(['ana', 'Ana María', 'アナ', 'a@b.example', '🙂'])('%j is plain text', (text) => {
  expect(isPlainText(text)).toBe(true);
});

test.each([
  '',
  ' ',
  'a\nb',
  'a\u0000',
  'a\u200bb',
  'a\u202eb',
  'a\u2028b',
  'a\u2029b',
  'a\ud800',
  '\ue000',
  'a\u3164',
  'a\u034f',
])('%j is not plain text', (text) => {
  expect(isPlainText(text)).toBe(false);
});

test('what earlier versions stored is a single line still', () => {
  expect(['a\u200bb', 'a\u2028b', ' '].every(isSingleLine)).toBe(true);
  expect(['', 'a\r\nb', 'a\u0000'].some(isSingleLine)).toBe(false);
});
