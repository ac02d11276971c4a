// cspell:ignore bcher chlo
import { describe, expect, test } from 'vitest';
import { domainOf, normalizeDomain, normalizeEmail } from '#src/identity/email';

describe('two spellings of one mailbox are equal', () => {
  test.each([
    ['Ana.Lima@Viewers.EXAMPLE', 'ana.lima@viewers.example'],
    ['ana+tv@viewers.example', 'ana+tv@viewers.example'],
    ['ana@Bücher.example', 'ana@xn--bcher-kva.example'],
    ['ana@bu\u0308cher.example', 'ana@xn--bcher-kva.example'],
    ['chloe\u0301@viewers.example', 'chlo\u00e9@viewers.example'],
    ['CHLOÉ@viewers.example', 'chloé@viewers.example'],
    ["o'hara_1@a.b.example", "o'hara_1@a.b.example"],
    ['I\u0307da@viewers.example', 'i\u0307da@viewers.example'],
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

const label = (length: number) => 'x'.repeat(length);
const longest = [63, 63, 63, 61].map(label).join('.');

describe('an address within the limits is accepted', () => {
  test.each([
    `${label(64)}@viewers.example`,
    `ana@${label(63)}.example`,
    `ana@x.${label(63)}`,
    `ana@${longest}`,
    'ana@a.co',
    'ana@4.a-b.example',
    'ana@x.9tv',
    "!#$%&'*+/=?^_`{|}~-@viewers.example",
    'ana4@viewers.example',
    'अनि@viewers.example',
  ])('%s', (text) => {
    expect(normalizeEmail(text)).toBe(text);
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
  `ana@x.${label(64)}`,
  `ana@${longest}x`,
  'ana@a.c',
  'ana@viewers.123',
  'ana@viewers-.example',
  'ana@viewers_1.example',
  'ana@.viewers.example',
  'ana@viewers.example@',
])('%j is no address', (text) => {
  expect(normalizeEmail(text)).toBeUndefined();
});

test.each([
  ['Viewers.EXAMPLE', 'viewers.example'],
  ['BÜCHER.example', 'xn--bcher-kva.example'],
  ['bu\u0308cher.example', 'xn--bcher-kva.example'],
  ['%76iewers.example', undefined],
  ['viewers.example/', undefined],
  ['/viewers.example', undefined],
  ['viewers.example?', undefined],
  ['viewers.example#', undefined],
  ['viewers.example\n', undefined],
  ['\tviewers.example', undefined],
  ['viewers\u00ad.example', undefined],
  ['localhost', undefined],
  ['', undefined],
])('the domain %j is %j', (text, domain) => {
  expect(normalizeDomain(text)).toBe(domain);
});

test('the domain of an address', () => {
  expect(domainOf('ana@viewers.example')).toBe('viewers.example');
});
