import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createOwnForms } from '#src/authorization-server/pages/own-forms';
import { createInteractionLinks } from '#src/authorization-server/sign-in/interaction-links';

const linksOf = (redirectUri?: unknown, publicOrigin = 'https://sso.example.com') => {
  const forms = createOwnForms({
    publicOrigin,
    cookieKeys: [createSecretKey('a cookie key of the tests', 'utf8')],
  });
  const params = redirectUri === undefined ? {} : { redirect_uri: redirectUri };
  return {
    links: createInteractionLinks(forms, publicOrigin)({ uid: 'abc', params }),
    fields: forms.fieldsFor('abc'),
  };
};

test('links and forms stay below the interaction and carry its token', () => {
  const { links, fields } = linksOf();
  expect(links.page).toBe('/interaction/abc');
  expect(links.switchUrl).toBe('/interaction/abc?account=other');
  expect(links.approve).toEqual({ action: '/interaction/abc/approve', fields });
  expect(links.deny).toEqual({ action: '/interaction/abc/deny', fields });
  const action = '/interaction/abc/sign-in';
  expect(links.start('google', false)).toEqual({ action, fields: { ...fields, provider: 'google' } });
  expect(links.start('google', true)).toEqual({
    action,
    fields: { ...fields, provider: 'google', account: 'other' },
  });
});

test.each<[string, unknown, readonly string[]]>([
  ['the origin of a web app', 'https://app.example/callback?x=1', ['https://app.example']],
  ['the origin of a local app', 'http://127.0.0.1:8090/callback', ['http://127.0.0.1:8090']],
  ['the scheme of a native app', 'com.example.app:/callback', ['com.example.app:']],
  ['the whole scheme, not a part of it', 'xhttps:/callback', ['xhttps:']],
  ['the whole scheme, however it begins', 'https-app:/callback', ['https-app:']],
  ['nothing for a device', undefined, []],
  ['nothing for a malformed redirect URI', 'callback', []],
  ['nothing for a redirect URI that is not text', ['https://app.example/'], []],
])('forms may lead back to %s', (_, redirectUri, back) => {
  expect(linksOf(redirectUri).links.back).toEqual(back);
  expect(linksOf(redirectUri).links.away).toEqual(['https:', ...back]);
});

test('forms lead to identity providers without TLS only from a gateway without TLS', () => {
  expect(linksOf(undefined, 'http://127.0.0.1:8080').links.away).toEqual(['https:', 'http:']);
});
