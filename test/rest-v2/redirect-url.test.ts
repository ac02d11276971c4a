import { describe, expect, test } from 'vitest';
import { appSchema } from '#src/config/schema/apps';
import { mayRedirectTo, redirectUrl } from '#src/rest-v2/redirect-url';
import { app } from '../support/builders.ts';

const accepted = (text: string) => redirectUrl.safeParse(text).success;

describe('the spelling of a redirectUrl', () => {
  test.each([
    'https://adobe.com',
    'https://adobe.com/',
    'https://adobe.com?a=b',
    'https://adobe.com#done',
    'https://WWW.Adobe.com/Signed-In',
    "https://adobe.com:8443/in?state=a%20b&name=O'Brien&list=a|b&mail=a@b.example#x",
    'http://localhost:3000/in',
    'https://[2001:db8::1]/in',
    'https://adobe.com/a.b/..c/%41',
    'com.example.app:/in',
    'example://signed-in?x=1',
  ])('%s is accepted', (text) => expect(accepted(text)).toBe(true));

  test.each([
    '',
    ' ',
    '/in',
    '//evil.example/in',
    'evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'https:\\\\evil.example',
    'https://adobe.com\\.evil.example',
    'https://adobe.com\\@evil.example',
    'https://user@adobe.com',
    'https://user:secret@adobe.com',
    'https://adobe.com%40evil.example',
    'https://adobe.com@evil.example/',
    'https://:@adobe.com/',
    'https://adobe.com:443/',
    'https://adobe.com:0443/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://127.1/',
    'https://ädobe.com/',
    'https://adobe。com/',
    'https://ad%6Fbe.com/',
    'https://adobe.com/\tin',
    'https://adobe.com/\r\nx: y',
    'https://adobe.com/a b',
    ' https://adobe.com/',
    'https://adobe.com/ ',
    'https://adobe.com/\u0000',
    'https://adobe.com/"><svg>',
    'https://adobe.com/a/../in',
    'https://adobe.com/a/%2E./in',
    'https://adobe.com/..',
    'ht\ntps://adobe.com/',
    'example://user@signed-in',
    `https://adobe.com/${'x'.repeat(2_048)}`,
  ])('%j is refused', (text) => expect(accepted(text)).toBe(false));
});

describe('what an app may redirect to', () => {
  const none = app();
  const both = app({ redirectDomains: ['example.com', 'localhost'], redirectSchemes: ['com.example.app'] });
  const schemes = app({ redirectSchemes: ['com.example.app'] });
  const domains = app({ redirectDomains: ['example.com'] });
  test.each([
    ['any host without registration', 'https://elsewhere.example/', none, true],
    ['no scheme without registration', 'com.example.app:/in', none, false],
    ['the dashboard’s schemes without registration', 'adbe.TTIFAaWuR-CmxXv1Di8PlQ://in', none, true],
    ['no scheme that looks like the dashboard’s', 'adbe:/in', none, false],
    ['no scheme of the dashboard beside others', 'adbe.TTIFAaWuR-CmxXv1Di8PlQ://in', schemes, false],
    ['a registered domain', 'https://example.com/in', both, true],
    ['another port of it', 'https://example.com:8443/in', both, true],
    ['a subdomain', 'https://www.example.com/in', both, true],
    ['a registered domain in upper case', 'https://WWW.EXAMPLE.COM/in', both, true],
    ['a domain that ends alike', 'https://notexample.com/in', both, false],
    ['a domain that begins alike', 'https://example.com.evil.example/in', both, false],
    ['another top-level domain', 'https://example.org/in', both, false],
    ['localhost', 'http://localhost:3000/in', both, true],
    ['a registered scheme', 'com.example.app:/in', both, true],
    ['the scheme of another app', 'com.example.app2:/in', both, false],
    ['no host beside schemes alone', 'https://example.com/', schemes, false],
    ['no scheme beside domains alone', 'com.example.app:/in', domains, false],
    ...[
      'intent://x#Intent;end',
      'about:blank',
      'javascript:alert(1)',
      'data:text/html,x',
      'blob:x',
      'file:///x',
    ].map((text) => [text, text, both, false] as const),
  ] as const)('%s', (_what, text, registered, expected) => {
    expect(mayRedirectTo(text, registered)).toBe(expected);
  });
});

describe('what can be registered', () => {
  const settings = { ...app(), externalServiceToken: undefined };
  const valid = (changes: object) => appSchema.safeParse({ ...settings, ...changes }).success;
  test.each(['https', 'javascript', 'intent', 'about', 'com.example.app:', 'Com.Example', '1x', ''])(
    'not %j as a scheme',
    (scheme) => expect(valid({ redirectSchemes: [scheme] })).toBe(false),
  );
  test.each([
    'com',
    '*.example.com',
    'https://example.com',
    'example.com:443',
    'Example.com',
    '.example.com',
    '',
  ])('not %j as a domain', (name) => expect(valid({ redirectDomains: [name] })).toBe(false));
  test('domains and schemes of the app', () => {
    expect(
      valid({ redirectDomains: ['example.com', 'a.b-c.example'], redirectSchemes: ['com.example.app'] }),
    ).toBe(true);
  });
});
