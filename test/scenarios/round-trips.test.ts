import { readFileSync } from 'node:fs';
import { approveDevice, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedisServer, type RedisServer, startRedisServer } from '../soft-state/redis/redis-server.ts';
import { postgresUrl, temporarySchema } from '../support/postgres.ts';
import { type PostgresWire, startPostgresWire } from '../support/postgres-wire.ts';
import { type RedisWire, startRedisWire } from '../support/redis-wire.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { openSession } from '../support/watch.ts';

/** What a gateway does whether or not anybody asks: it reads what changed twice a second, and tells other nodes that it lives. */
const isNews = (statements: readonly string[]): boolean =>
  statements.some((text) => /\bchanges WHERE position|FROM change_positions/.test(text));
const background = new Set(['nodes', 'connection']);

interface Counted {
  readonly postgres: number;
  readonly redis: number;
}

const cleanUps: (() => Promise<unknown>)[] = [];
let database: PostgresWire;
let redis: RedisServer;
let shared: RedisWire;
let t: TestWorld;

/** What one act costs; `KINPASS_TEST_TRACE` prints the statements. */
const costOf = async (act: () => Promise<unknown>): Promise<Counted> => {
  database.take();
  shared.take();
  await act();
  const own = database.take().filter((statements) => !isNews(statements));
  if (process.env['KINPASS_TEST_TRACE'])
    for (const [, ...statements] of own)
      console.log('-', statements.map((text) => text.replace(/\s+/g, ' ').slice(0, 110)).join('\n    '));
  const commands = Object.entries(shared.take()).filter(([kind]) => !background.has(kind));
  return { postgres: own.length, redis: commands.reduce((sum, [, times]) => sum + times, 0) };
};

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const tokens = (form: Record<string, string>) =>
  request({ method: 'POST', url: `${t.origin}/token`, form: { client_id: 'ref30-tv', ...form } });

/** From the table in docs/storage.md. */
const documented = (): Readonly<Record<string, Counted>> => {
  const text = readFileSync('docs/storage.md', 'utf8');
  const [, table = ''] = /\n\| request \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(text) ?? [];
  return Object.fromEntries(
    table
      .trim()
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, request = '', postgres, redis]) => [
        request,
        { postgres: Number(postgres), redis: Number(redis) },
      ]),
  );
};

describe.runIf(postgresUrl && hasRedisServer)('round trips, counted on the wire', () => {
  beforeAll(async () => {
    redis = await startRedisServer();
    const { url, schema, tls } = temporarySchema({}, (remove) => cleanUps.push(remove));
    [database, shared] = await Promise.all([startPostgresWire(url), startRedisWire(redis.port)]);
    t = await startGateway({
      settings: {
        store: { kind: 'postgres', url: database.url, schema, tls },
        shared: { kind: 'redis', url: shared.url },
        sweep: { interval: '1d' },
        caches: { callers: 1 },
      },
    });
  });
  afterAll(async () => {
    for (const made of [t, database, shared, redis]) await made?.[Symbol.asyncDispose]();
    for (const clean of cleanUps) await clean();
  });

  test('each request takes as many as docs/storage.md says', async () => {
    const costs: Record<string, Counted> = {};
    const count = async (what: string, act: () => Promise<unknown>): Promise<void> => {
      if (process.env['KINPASS_TEST_TRACE']) console.log(what);
      costs[what] = await costOf(act);
    };
    const ok = async (answer: Promise<{ readonly status: number; readonly text: string }>) => {
      const { status, text } = await answer;
      if (status >= 300) throw new Error(`${status} ${text}`);
    };
    const [tv, other] = [t.device('tv'), t.device('tv', { id: 'another TV', address: '203.0.113.1' })];
    const who = { provider: 'dtc', user: t.user('ana') } as const;
    await t.signIn(other, 'ben');
    await other.profiles();

    await count('a whole sign-in by device grant', async () => {
      const code = await tv.signIn.requestDeviceCode();
      await approveDevice(t.browser(), code.verificationUriComplete, who);
      tv.use(await tv.signIn.awaitTokens(code));
    });
    // The first call makes credentials, the second one is kept.
    for (let calls = 0; calls < 2; calls += 1) await ok(tv.profiles());
    await count('a call of a known caller', () => ok(tv.profiles()));
    await other.profiles();
    await count('a call of any other caller', () => ok(tv.profiles()));

    const code = await other.signIn.requestDeviceCode();
    const poll = () => tokens({ grant_type: deviceGrant, device_code: code.deviceCode });
    await poll(); // the first one sends Redis its script
    await count('a poll of a TV whose code is pending', async () => {
      expect((await poll()).body['error']).toBe('authorization_pending');
    });
    await approveDevice(t.browser(), code.verificationUriComplete, who);
    await count('the poll that returns the tokens', () => ok(poll()));
    const refresh_token = String(tv.tokens?.refreshToken);
    await count('a refresh', () => ok(tokens({ grant_type: 'refresh_token', refresh_token })));

    const plain = t.device('tv', { id: 'a plain TV', address: '203.0.113.2' });
    await count('a registration with its client token', () => plain.register());
    await ok(tv.profiles());
    let session: Awaited<ReturnType<typeof openSession>> | undefined;
    await count('a new session', async () => {
      session = await openSession(tv);
    });
    await count('a profile by code', () => ok(tv.profileByCode(session?.code ?? '')));
    expect(costs).toEqual(documented());
  });
});
