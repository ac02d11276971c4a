import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const read = 'the-token-of-who-may-read-details';
const revoke = 'the-token-of-who-may-revoke-only.';
const clock = createManualClock();

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway({
    settings: {
      admin: {
        tokens: [
          { id: 'reader', token: read, roles: ['read'] },
          { id: 'revoker', token: revoke, roles: ['revoke'] },
        ],
      },
      sweep: { interval: '1m' },
    },
    overrides: { clock },
  });
});
afterAll(() => t[Symbol.asyncDispose]());

const get = (path: string, token?: string) =>
  request({
    url: t.adminOrigin + path,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

describe('anybody may ask whether the gateway', () => {
  test.each(['/livez', '/startupz', '/readyz'])('%s', async (path) => {
    const { status, body } = await get(path);
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });
});

test('who has the role read is told what needs attention', async () => {
  expect((await get('/readyz', read)).body).toEqual({
    status: 'ok',
    checks: { store: 'ok', serviceTokenKey: 'ok' },
    providers: {
      dtc: { state: 'untried' },
      google: { state: 'untried' },
      facebook: { state: 'untried' },
    },
    keys: {
      active: { kid: expect.any(String), ageDays: expect.any(Number), limitDays: 365 },
      steps: [
        {
          kid: expect.any(String),
          state: 'active',
          next: 'export it, send it to Adobe and acknowledge it: Adobe may not know it yet',
        },
      ],
      problems: [],
      warnings: [],
    },
    settings: { refused: null },
    waiting: { restart: [], adobe: [] },
    sweep: { lastRun: null },
    shared: { state: 'none' },
    changeFeed: { lagMs: expect.any(Number) },
  });
  expect((await get('/readyz', revoke)).status).toBe(403);
});

test('a provider with which a viewer signed in is ok', async () => {
  await t.signIn(t.device('tv'), 'ana', 'google');
  expect((await get('/readyz', read)).body['providers']).toMatchObject({
    dtc: { state: 'untried' },
    google: { state: 'ok' },
  });
});

test('the last removal of expired data is told', async () => {
  await clock.advance(60_000);
  const lastRun = new Date(clock.now()).toISOString();
  expect((await get('/readyz', read)).body['sweep']).toEqual({ lastRun });
});

test('so is how old the news of other processes are', async () => {
  await clock.advance(1_000);
  const fresh = (await get('/readyz', read)).body['changeFeed'] as { lagMs: number };
  expect(fresh.lagMs).toBeLessThanOrEqual(500);
});
