import { request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { isShed, retryAfterOf } from '#src/http/admission';
import { systemClock } from '#src/lib/clock';
import { createLoopDelay } from '#src/observability/loop-delay';
import { createAdminClient } from '../support/admin.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { openSession } from '../support/watch.ts';

/** A TV that waits for its viewer. */
const startDevice = async (origin: string) => {
  const client = { client_id: 'ref30-tv' };
  const post = async (path: string, form: Record<string, string>) =>
    (await request({ method: 'POST', url: `${origin}${path}`, form: { ...client, ...form } })).body;
  const { device_code } = await post('/device/auth', { scope: 'openid' });
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  return { poll: () => post('/token', { grant_type, device_code: String(device_code) }) };
};

describe('who is refused', () => {
  const limits = { maxDelay: 200, maxRunning: 1_000 };

  test.each([
    { delay: 200, running: 1_000, refused: [] },
    { delay: 201, running: 0, refused: ['poll'] },
    { delay: 0, running: 1_001, refused: ['poll'] },
    { delay: 800, running: 2_000, refused: ['poll'] },
    { delay: 801, running: 0, refused: ['poll', 'other'] },
    { delay: 0, running: 2_001, refused: ['poll', 'other'] },
  ])('$delay ms late, $running running: $refused', ({ refused, ...load }) => {
    const urgencies = ['poll', 'other'] as const;
    expect(urgencies.filter((urgency) => isShed(load, urgency, limits))).toEqual(refused);
  });
});

test('clients refused together come back at different times, and polls later than others', () => {
  const times = (urgency: 'poll' | 'other') =>
    Array.from({ length: 100 }, (_, index) => retryAfterOf(urgency, index / 100));
  expect([...new Set(times('other'))]).toEqual([1, 2, 3, 4, 5]);
  expect([...new Set(times('poll'))]).toEqual([5, 6, 7, 8, 9, 10]);
});

/** Calls that Adobe never answers, by devices of their own; `end` ends them. */
const hangingCalls = async (t: TestWorld, count: number) => {
  await t.control.fault({ match: { operation: 'configuration.get' }, fault: { kind: 'hang' } });
  const devices = Array.from({ length: count }, (_, index) =>
    t.device('tv', { id: `tv ${index}`, address: `198.51.100.${index}` }),
  );
  for (const device of devices) await device.register();
  const gone = new AbortController();
  const url = `${t.origin}/api/v2/REF30/configuration`;
  return {
    begin: (first: number, last: number): void => {
      for (const { headers, tokens } of devices.slice(first, last)) {
        const authorization = `Bearer ${tokens?.accessToken}`;
        void fetch(url, { headers: { ...headers, authorization }, signal: gone.signal }).catch(
          () => undefined,
        );
      }
    },
    end: () => gone.abort(),
  };
};

test('while requests pile up, polls are refused before everything else, and counted', async () => {
  await using t = await startGateway({ settings: { overload: { maxDelay: '1m', maxRunning: 10 } } });
  const jwks = () => request({ url: `${t.origin}/.well-known/service-token-jwks.json` });
  const metrics = async () => (await createAdminClient(t.adminOrigin).get('/metrics')).text;
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { body } = await tv.createSession({ mvpd: 'Cablevision', domainName: 'testadobe.com' });
  const poll = () => tv.call(`/REF30/sessions/${body['code']}`);
  expect((await poll()).status).toBe(200);
  const waiting = await startDevice(t.origin);
  expect(await waiting.poll()).toMatchObject({ error: 'authorization_pending' });
  const calls = await hangingCalls(t, 21);
  /** What else is asked of /token, with the tokens of nobody. */
  const redeem = async () => {
    const form = { client_id: 'ref30-tv', grant_type: 'refresh_token', refresh_token: 'unknown' };
    const { status, headers } = await request({ method: 'POST', url: `${t.origin}/token`, form });
    return [status, headers['retry-after']];
  };

  calls.begin(0, 12);
  await expect.poll(metrics).toMatch(/kinpass_running_requests 12/);
  const { status, headers, body: refusal } = await poll();
  expect([status, refusal['code'], refusal['action']]).toEqual([503, 'gateway_overloaded', 'retry']);
  expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(5);
  // A device gives up on any other error (RFC 8628 §3.5).
  expect(await waiting.poll()).toMatchObject({ error: 'slow_down' });
  expect((await tv.profiles()).status).toBe(200);
  expect(await redeem()).toEqual([400, undefined]);
  expect(await metrics()).toMatch(/kinpass_requests_shed_total\{urgency="poll"\} [1-9]/);

  await expect.poll(metrics).toMatch(/kinpass_running_requests 12/);
  calls.begin(12, 21);
  await expect.poll(metrics).toMatch(/kinpass_running_requests 21/);
  const page = 'http://localhost:8090';
  const { status: refused, headers: later } = await tv.call('/REF30/profiles', { headers: { origin: page } });
  expect([refused, Number(later['retry-after']) <= 5]).toEqual([503, true]);
  expect(later).toMatchObject({
    'cache-control': 'no-store',
    'access-control-allow-origin': page,
    'x-content-type-options': 'nosniff',
  });
  expect(await redeem()).toEqual([503, expect.any(String)]);
  expect(await waiting.poll()).toMatchObject({ error: 'slow_down' });
  expect((await jwks()).status).toBe(200);
  calls.end();
  await expect.poll(metrics).toMatch(/kinpass_running_requests 0/);
  expect((await poll()).status).toBe(200);
});

test('who waits for a profile does not count', async () => {
  await using t = await startGateway({ settings: { overload: { maxDelay: '1m', maxRunning: 10 } } });
  const metrics = async () => (await createAdminClient(t.adminOrigin).get('/metrics')).text;
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { code } = await openSession(tv);
  const gone = new AbortController();
  const { tokens, headers } = tv;
  const url = `${t.origin}/api/v2/REF30/profiles/code/${code}`;
  const waiting = await Promise.all(
    Array.from({ length: 12 }, () =>
      fetch(url, {
        headers: { ...headers, authorization: `Bearer ${tokens?.accessToken}`, accept: 'text/event-stream' },
        signal: gone.signal,
      }),
    ),
  );
  expect(waiting.map(({ status }) => status)).toEqual(waiting.map(() => 200));
  expect(await metrics()).toMatch(/kinpass_running_requests 0/);
  expect((await tv.call(`/REF30/sessions/${code}`)).status).toBe(200);
  gone.abort();
});

test('a long turn of the event loop is detected while it lasts, and ends with the next one', async () => {
  let time = 0;
  const { now } = createLoopDelay({ monotonic: () => time });
  expect(now()).toBe(0);
  time += 100;
  expect(now()).toBeGreaterThanOrEqual(80);
  await expect.poll(now).toBe(0);
});

test('a loop that is blocked again and again is late by as much', async () => {
  const { median } = createLoopDelay(systemClock);
  const end = systemClock.monotonic() + 600;
  while (systemClock.monotonic() < end) {
    const pause = systemClock.monotonic() + 100;
    while (systemClock.monotonic() < pause); // the loop stands still
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  expect(median()).toBeGreaterThan(50);
});
