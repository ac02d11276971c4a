import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import { createAdminClient } from '../support/admin.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const stores = createMemoryStores();
const signIn = (viewer: string) => ({
  grant: viewer,
  app: 'ref30-tv',
  family: 'ref',
  instance: 'i1',
  viewer,
  provider: null,
  provenAt: 1,
  createdAt: 1,
  idleAt: 2 ** 42,
});
const found = (account: string) => ({
  kind: 'sign-in-without-provider',
  family: 'ref',
  account,
  detail: 'ref30-tv on instance i1',
});

let t: TestWorld;
let admin: ReturnType<typeof createAdminClient>;
beforeAll(async () => {
  t = await startGateway({ overrides: { stores } });
  admin = createAdminClient(t.adminOrigin);
  for (const viewer of ['a1', 'a2', 'a3']) await stores.signIns.record(signIn(viewer));
});
afterAll(() => t[Symbol.asyncDispose]());

const asLines = (path: string) =>
  request({ url: t.adminOrigin + path, headers: { accept: 'application/jsonl' } });
const parsed = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('every signing key comes with its next step, and nothing private', async () => {
  const { body, text } = await admin.get('/keys');
  const { keys } = (await request({ url: `${t.origin}/.well-known/service-token-jwks.json` })).body;
  expect(body).toEqual({
    keys: [
      {
        kid: (keys as { kid: string }[])[0]?.kid,
        state: 'active',
        since: expect.stringMatching(/^\d{4}-.*Z$/),
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        next: 'export it, send it to Adobe and acknowledge it: Adobe may not know it yet',
      },
    ],
    problems: [],
    warnings: [],
  });
  expect(text).not.toMatch(/PRIVATE|"(d|p|q|dp|dq|qi)":/);
});

test('findings about accounts come page by page', async () => {
  const first = await admin.get('/accounts/audit?limit=2');
  expect(first.body).toEqual({ findings: [found('a1'), found('a2')], next: 'sign-ins:2' });
  expect(first.headers['link']).toBe('</accounts/audit?after=sign-ins%3A2&limit=2>; rel="next"');
  const second = await admin.get('/accounts/audit?limit=2&after=sign-ins:2');
  expect(second.body).toEqual({ findings: [found('a3')] });
  expect(second.headers).not.toHaveProperty('link');
});

test('and as JSON lines, which lead on in a header', async () => {
  const all = await asLines('/accounts/audit');
  expect(all.headers['content-type']).toBe('application/jsonl');
  expect(parsed(all.text)).toEqual(['a1', 'a2', 'a3'].map(found));
  expect((await asLines('/accounts/audit?limit=1')).headers['link']).toContain('after=sign-ins%3A1');
});

test.each(['limit=0', 'limit=1001', 'limit=x', 'after=', 'after=nowhere:1', 'after=sessions:x'])(
  '/accounts/audit?%s is refused',
  async (query) => {
    const { status, body } = await admin.get(`/accounts/audit?${query}`);
    expect([status, body['field']]).toEqual([400, query.split('=')[0]]);
  },
);
