import { type Device, request, signInAtMvpd } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { eventually } from '../support/eventually.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { postgresUrl, temporarySchema } from '../support/postgres.ts';
import { type PostgresWire, startPostgresWire } from '../support/postgres-wire.ts';
import { refreshAt } from '../support/refresh-at.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { longPoll, openSession, polled } from '../support/watch.ts';
import { within } from '../support/within.ts';

/** Time for the gateway: it stands still while nothing moves it on. */
const clock = createManualClock(Date.now());
const cleanUps: (() => Promise<unknown>)[] = [];
let wire: PostgresWire;
let t: TestWorld;

const start = async () => {
  const { url, schema, tls } = temporarySchema({}, (remove) => cleanUps.push(remove));
  wire = await startPostgresWire(url);
  t = await startGateway({
    settings: { store: { kind: 'postgres', url: wire.url, schema, tls } },
    overrides: { clock },
    worldClock: systemClock,
  });
};

const session = {
  mvpd: 'Cablevision',
  domainName: 'testadobe.com',
  redirectUrl: 'https://www.testadobe.com/in',
};

/** Somebody whom the gateway knows, somebody whom it would have to look up, and a bearer at an OAuth endpoint. */
const callers = async (address: string) => {
  const known = await t.signIn(t.device('tv', { id: `TV at ${address}`, address }), 'ana');
  const unknown = await t.signIn(t.device('tv', { id: `another at ${address}`, address }), 'ben');
  // The first call makes credentials, the second one is kept.
  for (let calls = 0; calls < 2; calls += 1) expect((await known.profiles()).status).toBe(200);
  return {
    known: () => known.profiles(),
    unknown: () => unknown.profiles(),
    'its own viewer': () => known.send('/me'),
    'a new session': () => known.createSession(session),
    refresh: () => refreshAt(t.origin, known),
  };
};

const open = [
  '/.well-known/service-token-jwks.json',
  '/.well-known/openid-configuration',
  '/jwks',
  '/device',
  '/',
  '/robots.txt',
];

const statuses = (urls: readonly string[]) =>
  Promise.all(urls.map(async (url) => (await request({ url })).status));

/** From here on the gateway's time passes as ours does, for five seconds at most. */
const withinFiveSeconds = (holds: () => Promise<void>): Promise<void> => {
  let last = systemClock.monotonic();
  return within(
    5_000,
    'the gateway serves again',
    eventually(async () => {
      const now = systemClock.monotonic();
      await clock.advance(now - last);
      last = now;
      await holds();
    }),
  );
};

describe.skipIf(!postgresUrl)('while PostgreSQL is unavailable', () => {
  beforeAll(start);
  afterAll(async () => {
    await t?.[Symbol.asyncDispose]();
    await wire?.[Symbol.asyncDispose]();
    for (const clean of cleanUps) await clean();
  });

  test.each([
    ['stall', '203.0.113.1'],
    ['refuse', '203.0.113.2'],
  ] as const)(
    'calls with a bearer are refused after a second (%s), and served within five seconds once it is back',
    async (outage, address) => {
      const asked = await callers(address);
      await wire[outage]();
      // What was read less than a second ago still counts; who is not known has to wait.
      expect((await asked.known()).status).toBe(200);
      const waiting = asked.unknown();
      await clock.advance(1_001);
      expect((await waiting).status).toBe(503);
      for (const [who, ask] of Object.entries(asked)) {
        const { status, body, headers } = await ask();
        const told = { status, code: body['code'] ?? body['error'], retryAfter: headers['retry-after'] };
        const code = who === 'its own viewer' || who === 'refresh' ? 'server_error' : 'gateway_unavailable';
        expect({ who, ...told }).toEqual({ who, status: 503, code, retryAfter: '1' });
      }
      expect(await statuses(open.map((path) => `${t.origin}${path}`))).toEqual(open.map(() => 200));
      expect(await statuses(['livez', 'readyz'].map((path) => `${t.adminOrigin}/${path}`))).toEqual([
        200, 503,
      ]);

      await wire.pass();
      await withinFiveSeconds(async () => {
        expect((await asked['its own viewer']()).status).toBe(200);
      });
      for (const ask of Object.values(asked)) expect((await ask()).status).toBe(200);
      expect(await statuses([`${t.adminOrigin}/readyz`])).toEqual([200]);
    },
  );

  test('an event stream continues when it is back, and a poll that ends before is refused', async () => {
    const tv = await t.signIn(t.device('tv', { address: '203.0.113.3' }), 'ana');
    await t.control.clearRequests();
    const { code, url } = await openSession(tv);
    const held = longPoll(tv, code);
    await polled(t); // it waits
    let streamed: string | undefined;
    await openStream(tv, code, (text) => {
      streamed = text;
    });
    await wire.stall();
    await clock.advance(25_000);
    expect((await held).status).toBe(503);
    await wire.pass();
    await withinFiveSeconds(async () => expect((await tv.send('/me')).status).toBe(200));
    expect(streamed).toBeUndefined();
    const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
    if (!subscription) throw new Error('ana has no subscription at Cablevision');
    await signInAtMvpd(t.browser(tv.address), url, subscription);
    await eventually(async () => {
      await clock.advance(100);
      expect(streamed).toMatch(/^event: profile\n/m);
    });
  });
});

/** Resolves when the stream is open; `ended` is called with all that was sent. */
const openStream = async (tv: Device, code: string, ended: (text: string) => void): Promise<void> => {
  const answer = fetch(`${t.origin}/api/v2/REF30/profiles/code/${code}`, {
    headers: {
      ...tv.headers,
      authorization: `Bearer ${tv.tokens?.accessToken}`,
      accept: 'text/event-stream',
    },
  });
  let isOpen = false;
  void answer.then(async (response) => {
    isOpen = true;
    ended(await response.text());
  });
  await eventually(async () => {
    await clock.advance(100);
    expect(isOpen).toBe(true);
  });
};
