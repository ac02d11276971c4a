import { type ApiRequest, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { rsaPair, signed } from '../support/external-issuer.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let admin: ReturnType<typeof createAdminClient>;
let tv: Device;
let token: string;
let account: string;

beforeAll(async () => {
  t = await startGateway();
  admin = createAdminClient(t.adminOrigin);
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  const sent = (await t.control.requests()).findLast(({ serviceToken }) => serviceToken);
  token = String(sent?.headers['ad-service-token']);
  const authorization = `Bearer ${tv.tokens?.accessToken}`;
  account = String((await request({ url: `${t.origin}/me`, headers: { authorization } })).body['sub']);
});
afterAll(() => t[Symbol.asyncDispose]());

const parts = () => token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
const header = () => JSON.parse(parts()[0] ?? '');
const claims = () => JSON.parse(parts()[1] ?? '');
const stranger = rsaPair();
const bent = (changes: { header?: object; claims?: object }) =>
  signed({ ...header(), ...changes.header }, { ...claims(), ...changes.claims }, stranger.privateKey);

describe('introspection', () => {
  test('tells of a good token what it says, whose it is and how its key stands', async () => {
    const { status, body, headers } = await admin.introspect(token);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      active: true,
      token_type: 'ad-service-token',
      families: ['ref'],
      ...claims(),
      kid: header().kid,
      key_state: 'active',
    });
  });

  const bad: [string, () => string, RegExp][] = [
    ['a forged one', () => bent({}), /signature does not fit/],
    [
      'one of an unknown key',
      () => bent({ header: { kid: 'other' } }),
      /key \(kid\) is not one of this gateway/,
    ],
    ['one without a key', () => bent({ header: { kid: undefined } }), /names no key/],
    ['an expired one', () => bent({ claims: { iat: 1_000, exp: 2_000 } }), /expired \d+ s ago/],
    ['one from the future', () => bent({ claims: { iat: 9_000_000_000, exp: 9_000_000_060 } }), /future/],
    ['one that lives long', () => bent({ claims: { exp: claims().iat + 90_000 } }), /longer than a day/],
    ['one of another issuer', () => bent({ claims: { iss: 'https://evil.example' } }), /issuer \(iss\)/],
    ['one for another audience', () => bent({ claims: { aud: 'other' } }), /audience \(aud\)/],
    ['one without dates', () => bent({ claims: { iat: 'now', exp: undefined } }), /no number/],
    ['another kind', () => bent({ header: { typ: 'at+jwt' } }), /another kind of token/],
    ['another algorithm', () => bent({ header: { alg: 'PS256' } }), /alg is not RS256/],
    ['another spelling', () => `${token}=`, /spelled in another way|no signed token/],
    ['an access token', () => String(tv.tokens?.accessToken), /no signed token/],
    ['nonsense', () => 'nonsense', /no signed token/],
    ['60 KB of dots', () => '.'.repeat(60_000), /no signed token/],
  ];
  test.each(bad)('says why %s does not hold', async (_what, make, reason) => {
    const { status, body } = await admin.introspect(make());
    expect(status).toBe(200);
    expect(body['active']).toBe(false);
    expect(String(body['reasons'])).toMatch(reason);
    expect(Object.keys(body)).not.toContain('sub');
  });
});

const problem = async (path: string, more: Omit<ApiRequest, 'url'>, status: number) => {
  const answer = await request({ ...more, url: `${t.adminOrigin}${path}` });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.body).toMatchObject({ status, title: expect.any(String), trace: expect.any(String) });
};

describe('what the admin listener refuses, as problem details', () => {
  const post = { method: 'POST' } as const;
  const key = { kind: 'account', id: 'x' };
  test.each<[string, string, Omit<ApiRequest, 'url'>, number]>([
    ['introspection of nothing', '/service-tokens/introspect', { ...post, form: {} }, 400],
    ['introspection of an empty token', '/service-tokens/introspect', { ...post, form: { token: '' } }, 400],
    ['introspection by JSON', '/service-tokens/introspect', { ...post, json: { token: 'x' } }, 415],
    ['70 KB', '/service-tokens/introspect', { ...post, form: { token: 'x'.repeat(70_000) } }, 413],
    ['a revocation by form', '/revocations', { ...post, form: key }, 415],
    ['a revocation of another kind', '/revocations', { ...post, json: { ...key, kind: 'device' } }, 400],
    ['a revocation without id', '/revocations', { ...post, json: { kind: 'account' } }, 400],
    ['a revocation of an empty id', '/revocations', { ...post, json: { ...key, id: '' } }, 400],
    ['a revocation of a list', '/revocations', { ...post, json: { ...key, id: ['x'] } }, 400],
    ['a revocation with a line break', '/revocations', { ...post, json: { ...key, reason: 'a\nb' } }, 400],
    ['a revocation that is a list', '/revocations', { ...post, json: [] }, 400],
    ['an account that never was', '/revocations', { ...post, json: key }, 404],
    ['an instance that never was', '/revocations', { ...post, json: { ...key, kind: 'instance' } }, 404],
    ['lifting what is not revoked', '/revocations?kind=jti&id=x', { method: 'DELETE' }, 404],
    ['lifting nothing', '/revocations', { method: 'DELETE' }, 400],
    ['a list without end', '/revocations?limit=100000', {}, 400],
    ['an unknown path', '/nowhere', {}, 404],
    [
      'a page of another site',
      '/revocations',
      { ...post, json: key, headers: { origin: 'https://evil.example' } },
      403,
    ],
    ['a link of another site', '/revocations', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
  ])('%s', async (_what, path, more, status) => problem(path, more, status));
});

test('revocations are listed from the newest on, page by page', async () => {
  for (const id of ['one', 'two', 'three']) await admin.revoke({ kind: 'jti', id, reason: `the ${id}` });
  const first = (await admin.get('/revocations?limit=2')).body;
  expect(first['revocations']).toMatchObject([
    { kind: 'jti', id: 'three', reason: 'the three', at: expect.stringMatching(/^\d{4}-.*Z$/) },
    { id: 'two' },
  ]);
  const second = (await admin.get(`/revocations?limit=2&before=${first['next']}`)).body;
  expect(second['revocations']).toMatchObject([{ id: 'one' }]);
  expect(second).not.toHaveProperty('next');
});

test('revoking twice keeps the first word', async () => {
  const key = { kind: 'jti', id: 'again' } as const;
  const first = await admin.revoke({ ...key, reason: 'first' });
  expect((await admin.revoke({ ...key, reason: 'second' })).body).toEqual(first.body);
});

test.each([
  ['POST', '/revocations'],
  ['GET', '/revocations'],
  ['DELETE', '/revocations?kind=jti&id=one'],
  ['POST', '/service-tokens/introspect'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
] as const)('%s %s is not on the public listener', async (method, path) => {
  const json = { kind: 'account', id: account };
  const answer = await request({ method, url: `${t.origin}${path}`, ...(method === 'POST' && { json }) });
  expect(answer.status).toBe(404);
  expect((await tv.profiles()).status).toBe(200);
});
