import { expect, test } from 'vitest';
import { newSigningKey } from '../../identity/drafts.ts';
import { type Handler, json, startServer } from '../../identity/scripted-op.ts';
import { ownChecksOf } from './checks-of.ts';
import { examine, redOf } from './examine.ts';
import { page } from './hostile-provider.ts';

const keySet = { keys: [newSigningKey('one').jwk] };
const [appId, appSecret] = ['1234567890', 'a very secret app secret'];

/** Facebook as its checks see it: the web site and the Graph API on one origin. */
const startFacebook = async () => {
  const server = await startServer({});
  const { origin, routes } = server;
  routes['/.well-known/openid-configuration/'] = json({ issuer: origin });
  routes['/.well-known/oauth/openid/jwks/'] = json(keySet);
  routes['/v23.0/debug_token'] = served('v23.0', { data: { is_valid: false } });
  routes['/v23.0/oauth/access_token'] = served('v23.0', { error: { code: 100 } }, 400);
  return server;
};

const served =
  (version: string, body: object, status = 200): Handler =>
  (request, response, ...rest) => {
    response.setHeader('facebook-api-version', version);
    json(body, status)(request, response, ...rest);
  };

const config = (origin: string) => ({
  kind: 'facebook',
  clientId: appId,
  clientSecret: appSecret,
  webOrigin: origin,
  graphOrigin: origin,
});

const planted: readonly [story: string, path: string, handle: Handler, red: Record<string, string>][] = [
  [
    'a version that ended',
    '/v23.0/debug_token',
    served('v25.0', { data: {} }),
    { 'provider.graph-version': 'warning' },
  ],
  [
    'a version that never was',
    '/v23.0/debug_token',
    json({ error: { code: 2500 } }, 400),
    { 'provider.graph-version': 'failed' },
  ],
  ['an outage', '/v23.0/debug_token', page('?', 502), { 'provider.graph-version': 'failed' }],
  [
    'a wrong secret',
    '/v23.0/debug_token',
    served('v23.0', { error: { code: 190 } }, 400),
    { 'provider.app-secret': 'failed' },
  ],
  [
    'keys behind a redirect',
    '/.well-known/oauth/openid/jwks/',
    page('?', 301),
    { 'provider.jwks': 'failed' },
  ],
  [
    'another issuer',
    '/.well-known/openid-configuration/',
    json({ issuer: 'https://facebook.example' }),
    { 'provider.issuer': 'failed' },
  ],
];

test('Facebook as it should be passes every check', async () => {
  await using facebook = await startFacebook();
  const results = await examine({ config: config(facebook.origin) });
  expect(results.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
});

test.for(planted)('Facebook with %s', async ([, path, handle, red]) => {
  await using facebook = await startFacebook();
  facebook.routes[path] = handle;
  const results = await examine({ config: config(facebook.origin) });
  expect(redOf(results)).toEqual(red);
  expect(JSON.stringify(results)).not.toContain(appSecret);
});

test('the secret that was tried is the configured one', async () => {
  await using facebook = await startFacebook();
  await examine({ config: config(facebook.origin) });
  const { query } = facebook.asked.find(({ path }) => path === '/v23.0/debug_token') ?? {};
  expect(query?.get('access_token')).toBe(`${appId}|${appSecret}`);
});

test('every check that is of Facebook alone has its planted fault', () => {
  const red = new Set(planted.flatMap(([, , , found]) => Object.keys(found)));
  expect(ownChecksOf('facebook').filter((id) => !red.has(id))).toEqual([]);
});
