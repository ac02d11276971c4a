import { describe, expect, test } from 'vitest';
import { domainsIn, isOnDomain } from '#src/rest-v2/domains';

const told = (domains: unknown) => domainsIn({ requestor: { id: 'REF30', domains } });

describe('the domains of a configuration', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['texts, as in the table', ['adobe.com', 'adobe.io'], ['adobe.com', 'adobe.io']],
    ['objects, as in the sample', [{ name: 'adobe.com', mvpdInitiated: false }], ['adobe.com']],
    ['both', ['adobe.com', { name: 'adobe.io' }], ['adobe.com', 'adobe.io']],
    ['upper case', ['Adobe.COM'], ['adobe.com']],
    ['with a wildcard', ['*.adobe.com', '.adobe.io'], ['adobe.com', 'adobe.io']],
    ['beyond ASCII', ['bücher.example'], ['xn--bcher-kva.example']],
    ['with scheme, port and path', ['https://adobe.com:8443/in', 'adobe.io:80'], ['adobe.com', 'adobe.io']],
    ['with spaces around', [' adobe.com '], ['adobe.com']],
    ['an address', ['192.0.2.7'], ['192.0.2.7']],
  ])('%s', (_form, domains, expected) => expect(told(domains)).toEqual(expected));

  test.each<[string, unknown]>([
    ['no list', undefined],
    ['an empty list', []],
    ['no texts', [7]],
    ['objects without a name', [{ domain: 'adobe.com' }]],
    ['a name that is no host', ['adobe.com', 'a b']],
    ['an empty name', ['adobe.com', '']],
  ])('are not known from %s', (_form, domains) => expect(told(domains)).toBeUndefined());

  test('are not known from an answer of another shape', () => {
    expect([undefined, null, 'x', [], { requestor: [] }].map(domainsIn)).toEqual(Array(5).fill(undefined));
  });
});

test.each<[string, string, readonly string[], boolean]>([
  ['the domain', 'adobe.com', ['adobe.com'], true],
  ['a subdomain', 'www.tv.adobe.com', ['adobe.com'], true],
  ['one of several', 'adobe.io', ['adobe.com', 'adobe.io'], true],
  ['the domain above', 'adobe.com', ['www.adobe.com'], false],
  ['a name that ends alike', 'not-adobe.com', ['adobe.com'], false],
  ['a name that begins alike', 'adobe.com.evil.example', ['adobe.com'], false],
  ['the same name with a trailing dot', 'adobe.com.', ['adobe.com'], false],
  ['a subdomain with a trailing dot', 'www.adobe.com.', ['adobe.com'], false],
  ['the Punycode of the domain', 'xn--bcher-kva.example', ['xn--bcher-kva.example'], true],
  ['a homograph', 'xn--dobe-5cd.com', ['adobe.com'], false],
  ['an address', '192.0.2.7', ['192.0.2.7'], true],
  ['an address that ends alike', '198.51.192.7', ['192.7'], false],
  ['an address of version 6', '[2001:db8::1]', ['adobe.com'], false],
  ['nothing', '', ['adobe.com'], false],
])('%s', (_what, host, domains, expected) => expect(isOnDomain(host, domains)).toBe(expected));
