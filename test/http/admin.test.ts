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
  test('returns the claims, families and key state of a valid token', async () => {
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
    ['a forged one', () => bent({}), /signature is invalid/],
    [
      'one of an unknown key',
      () => bent({ header: { kid: 'other' } }),
      /key \(kid\) does not belong to this gateway/,
    ],
    ['one without a key', () => bent({ header: { kid: undefined } }), /does not name a key/],
    ['an expired one', () => bent({ claims: { iat: 1_000, exp: 2_000 } }), /expired \d+ s ago/],
    ['one from the future', () => bent({ claims: { iat: 9_000_000_000, exp: 9_000_000_060 } }), /future/],
    ['one with a long lifetime', () => bent({ claims: { exp: claims().iat + 90_000 } }), /exceeds one day/],
    ['one of another issuer', () => bent({ claims: { iss: 'https://evil.example' } }), /issuer \(iss\)/],
    ['one for another audience', () => bent({ claims: { aud: 'other' } }), /audience \(aud\)/],
    ['one without dates', () => bent({ claims: { iat: 'now', exp: undefined } }), /not a number/],
    ['another kind', () => bent({ header: { typ: 'at+jwt' } }), /different kind of token/],
    ['another algorithm', () => bent({ header: { alg: 'PS256' } }), /alg is not RS256/],
    ['another spelling', () => `${token}=`, /encoding was altered|not a signed token/],
    ['an access token', () => String(tv.tokens?.accessToken), /not a signed token/],
    ['nonsense', () => 'nonsense', /not a signed token/],
    ['60 KB of dots', () => '.'.repeat(60_000), /not a signed token/],
  ];
  test.each(bad)('explains why %s is not valid', async (_what, make, reason) => {
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
  expect(answer.text, 'words of a library').not.toMatch(/expected|received|Invalid|Too (small|big)/);
};

describe('the admin listener rejects with problem details', () => {
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
    ['an unknown account', '/revocations', { ...post, json: key }, 404],
    ['an unknown instance', '/revocations', { ...post, json: { ...key, kind: 'instance' } }, 404],
    ['lifting a revocation that does not exist', '/revocations?kind=jti&id=x', { method: 'DELETE' }, 404],
    ['lifting nothing', '/revocations', { method: 'DELETE' }, 400],
    ['an unbounded list', '/revocations?limit=100000', {}, 400],
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

test.each([
  ['limit=0', 'must be at least 1'],
  ['limit=1001', 'must be at most 1000'],
  ['limit=1.5', 'must be a whole number'],
  ['limit=many', 'must be a number'],
  ['before=0', 'must be at least 1'],
])('a list of revocations by %s: %s', async (query, detail) => {
  expect((await admin.get(`/revocations?${query}`)).body['detail']).toBe(detail);
});

test.each([
  [{ kind: 'device', id: 'x' }, 'kind', 'must be account, instance or jti'],
  [{ id: 'x' }, 'kind', 'is missing'],
  [{ kind: 'jti', id: 7 }, 'id', 'must be a string'],
  [{ kind: 'jti', id: 'x', reason: 'x'.repeat(501) }, 'reason', 'must have at most 500 characters'],
])('a revocation of %j is told what %s must be', async (json, field, detail) => {
  const { body } = await request({ method: 'POST', url: `${t.adminOrigin}/revocations`, json });
  expect([body['field'], body['detail']]).toEqual([field, detail]);
});

test('revocations are listed newest first, page by page', async () => {
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

test('revoking twice keeps the first reason', async () => {
  const key = { kind: 'jti', id: 'again' } as const;
  const first = await admin.revoke({ ...key, reason: 'first' });
  expect(first.body).toEqual({ ...key, reason: 'first', at: expect.stringMatching(/^\d{4}-.*Z$/) });
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

test('the audit log names who revoked what and why, page by page and as JSON lines', async () => {
  await admin.revoke({ kind: 'jti', id: 'told', reason: 'ticket 4711' });
  await admin.lift({ kind: 'jti', id: 'told' });
  await admin.lift({ kind: 'jti', id: 'told' });
  const lines = (await request({ url: `${t.adminOrigin}/audit`, headers: { accept: 'application/jsonl' } }))
    .text;
  const entries = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries.filter(({ target }) => target.id === 'told')).toMatchObject([
    {
      action: 'service-token.revoke',
      actor: 'loopback',
      via: 'admin',
      source: '127.0.0.1',
      reason: 'ticket 4711',
    },
    { action: 'revocation.lift', outcome: 'done', reason: '' },
  ]);
  const first = (await admin.get('/audit?limit=2')).body;
  expect(first).toEqual({ entries: entries.slice(0, 2), next: 2 });
  expect((await admin.get('/audit?after=2&limit=1000')).body).toEqual({ entries: entries.slice(2) });
  expect((await admin.get('/audit?after=-1')).status).toBe(400);
});
