// cspell:ignore bcher chlo
import { describe, expect, test } from 'vitest';
import { domainOf, normalizeEmail } from '#src/identity/email';

describe('two spellings of one mailbox are equal', () => {
  test.each([
    ['Ana.Lima@Viewers.EXAMPLE', 'ana.lima@viewers.example'],
    ['ana+tv@viewers.example', 'ana+tv@viewers.example'],
    ['ana@Bücher.example', 'ana@xn--bcher-kva.example'],
    ['ana@bu\u0308cher.example', 'ana@xn--bcher-kva.example'],
    ['chloe\u0301@viewers.example', 'chlo\u00e9@viewers.example'],
    ['CHLOÉ@viewers.example', 'chloé@viewers.example'],
    ["o'hara_1@a.b.example", "o'hara_1@a.b.example"],
  ])('%s', (text, normal) => {
    expect(normalizeEmail(text)).toBe(normal);
    expect(normalizeEmail(normal)).toBe(normal);
  });
});

describe('dots and plus signs make another mailbox', () => {
  test.each(['a.na@gmail.com', 'ana+x@gmail.com'])('%s', (text) => {
    expect(normalizeEmail(text)).not.toBe(normalizeEmail('ana@gmail.com'));
  });
});

test.each([
  '',
  'ana',
  '@viewers.example',
  'ana@',
  'ana@evil@viewers.example',
  '"ana@evil"@viewers.example',
  'ana＠viewers.example',
  'ana﹫evil@viewers.example',
  'ana@evil＠viewers.example',
  'ana\u0000@viewers.example',
  'ana\r\nbcc: x@viewers.example',
  'ana @viewers.example',
  ' ana@viewers.example',
  'ana@viewers.example\n',
  'ana\u200b@viewers.example',
  'ana\u202e@viewers.example',
  'ana@viewers.example.',
  '.ana@viewers.example',
  'ana.@viewers.example',
  'ana@localhost',
  'ana@127.0.0.1',
  'ana@0x7f.1',
  'ana@[127.0.0.1]',
  'ana@viewers..example',
  'ana@-viewers.example',
  'ana@viewers.example/path',
  'ana@viewers%2eexample',
  'ana@viewers.example:25',
  'Ana <ana@viewers.example>',
  `${'x'.repeat(65)}@viewers.example`,
  `ana@${'x'.repeat(64)}.example`,
])('%j is no address', (text) => {
  expect(normalizeEmail(text)).toBeUndefined();
});

test('the domain of an address', () => {
  expect(domainOf('ana@viewers.example')).toBe('viewers.example');
});
