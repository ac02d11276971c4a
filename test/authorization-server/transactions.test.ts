import got from 'got';
import type Koa from 'koa';
import { expect, test } from 'vitest';
import { createTransactions } from '#src/authorization-server/sign-in/transactions';
import { KinpassError } from '#src/lib/errors';
import { fingerprint, systemIds } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';
import { startKoa } from './koa-server.ts';

const checks = { state: 'the state', nonce: 'the nonce', codeVerifier: 'the verifier', begunAt: 1_000 };

const request = { prompt: 'login' as const, maxAge: 60 };

/** `/open` begins a transaction at the provider op; `/take/…` ends one at the provider named. */
const start = async () => {
  const clock = createManualClock();
  const { records } = createMemoryStores();
  const names = { session: 's', transaction: 'kinpass_transaction', interaction: 'i', resume: 'r' };
  const transactions = createTransactions({ records, clock, ids: systemIds, names });
  const answer = async (ctx: Koa.Context) => {
    const [, step, provider = ''] = ctx.path.split('/');
    if (step === 'take') return transactions.take(ctx, provider);
    await transactions.open(ctx, { uid: 'abc', provider: 'op', checks, request });
    return {};
  };
  const server = await startKoa(async (ctx) => {
    ctx.body = await answer(ctx).catch((error: unknown) => {
      if (!(error instanceof KinpassError)) throw error;
      return { code: error.code, detail: error.detail };
    });
  });
  const visit = async (path: string, cookie = '') => {
    const { body, headers } = await got(`${server.origin}${path}`, { headers: { cookie } });
    const [set = ''] = headers['set-cookie'] ?? [];
    return { body: JSON.parse(body), set, cookie: set.split(';')[0] ?? '' };
  };
  return { clock, records, visit, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
};

const back = '/take/op?state=the+state';

test('a transaction returns once, to the browser that began it', async () => {
  await using gateway = await start();
  const { cookie } = await gateway.visit('/open');
  expect((await gateway.visit(back, cookie)).body).toMatchObject({
    uid: 'abc',
    provider: 'op',
    checks,
    request,
  });
  expect((await gateway.visit(back, cookie)).body).toEqual({
    code: 'sign_in_expired',
    detail: 'unknown, or used before',
  });
});

test('what is stored names neither state nor browser', async () => {
  await using gateway = await start();
  const { cookie } = await gateway.visit('/open');
  const browser = cookie.split('=')[1] ?? '';
  const key = fingerprint(compositeKey('the state', browser, 'op'));
  const stored = await gateway.records.take('transaction', key, gateway.clock.now());
  expect(stored).toEqual({ uid: 'abc', provider: 'op', checks, request });
});

test.each([
  ['/take/op', 'no single state'],
  ['/take/op?state=the+state&state=the+state', 'no single state'],
  ['/take/op?state=another', 'unknown, or used before'],
  ['/take/other?state=the+state', 'unknown, or used before'],
])('%s is rejected: %s', async (path, detail) => {
  await using gateway = await start();
  const { cookie } = await gateway.visit('/open');
  expect((await gateway.visit(path, cookie)).body).toEqual({ code: 'sign_in_expired', detail });
  expect((await gateway.visit(back, cookie)).body).toMatchObject({ uid: 'abc' });
});

test.each(['', 'kinpass_transaction=', `kinpass_transaction=${'x'.repeat(43)}`])(
  'another browser is rejected: %j',
  async (cookie) => {
    await using gateway = await start();
    const own = await gateway.visit('/open');
    expect((await gateway.visit(back, cookie)).body).toMatchObject({ code: 'sign_in_expired' });
    expect((await gateway.visit(back, own.cookie)).body).toMatchObject({ uid: 'abc' });
  },
);

test('a transaction lasts ten minutes', async () => {
  await using gateway = await start();
  const { cookie } = await gateway.visit('/open');
  await gateway.clock.advance(599_999);
  expect((await gateway.visit(back, cookie)).body).toMatchObject({ uid: 'abc' });
  await gateway.visit('/open', cookie);
  await gateway.clock.advance(600_000);
  expect((await gateway.visit(back, cookie)).body).toMatchObject({ detail: 'unknown, or used before' });
});

test('the cookie is unreadable for scripts, stays on this site and lasts ten minutes', async () => {
  await using gateway = await start();
  const before = Date.now();
  const { set } = await gateway.visit('/open');
  expect(set).toMatch(/^kinpass_transaction=[\w-]{43}; path=\/; expires=[^;]+; samesite=lax; httponly$/);
  const expires = Date.parse(/expires=([^;]+)/.exec(set)?.[1] ?? '');
  expect(expires).toBeGreaterThan(before + 590_000);
  expect(expires).toBeLessThan(Date.now() + 610_000);
});

test('two tabs of one browser share the cookie', async () => {
  await using gateway = await start();
  const { cookie } = await gateway.visit('/open');
  expect((await gateway.visit('/open', cookie)).cookie).toBe(cookie);
});

test.each(['x', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}.`, ''])(
  'a cookie that cannot be ours is replaced: %s',
  async (value) => {
    await using gateway = await start();
    const { cookie } = await gateway.visit('/open', `kinpass_transaction=${value}`);
    expect(cookie).not.toBe(`kinpass_transaction=${value}`);
    expect(cookie).toMatch(/^kinpass_transaction=[\w-]{43}$/);
  },
);
