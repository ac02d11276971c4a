import { createBrowser } from '@kinpass/simulator/browser';
import { approveDevice, signInWith } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, postgresUrl, temporarySchema } from '../support/postgres.ts';
import { type PostgresWire, startPostgresWire } from '../support/postgres-wire.ts';
import { refreshAt } from '../support/refresh-at.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
let wire: PostgresWire;
let t: TestWorld;
let schema: string;

const start = async () => {
  const settings = temporarySchema({}, (remove) => cleanUps.push(remove));
  schema = settings.schema;
  wire = await startPostgresWire(settings.url);
  t = await startGateway({
    settings: { store: { kind: 'postgres', url: wire.url, schema, tls: settings.tls } },
  });
};

/** How many rows there are. */
const count = async (rows: string): Promise<number> => {
  const client = await connect(schema);
  const { rows: found } = await client.query(`SELECT count(*)::int AS number FROM ${rows}`);
  return found[0].number;
};

/** The answer of an act whose transaction was committed, but whose gateway never heard of that. */
const losing = async <T>(statement: RegExp, act: () => Promise<T>): Promise<T> => {
  const lost = wire.loseAnswer(statement);
  const [answer] = await Promise.all([act(), lost]);
  return answer;
};

const unavailable = { status: 503, headers: expect.objectContaining({ 'retry-after': '1' }) };

describe.skipIf(!postgresUrl)('a retry after a lost response to a commit', () => {
  beforeAll(start);
  afterAll(async () => {
    await t?.[Symbol.asyncDispose]();
    await wire?.[Symbol.asyncDispose]();
    for (const clean of cleanUps) await clean();
  });

  test('a refresh: one successor, with which the sign-in continues', async () => {
    const tv = await t.signIn(t.device('tv'), 'ana');
    expect(await losing(/INSERT INTO redeemed/, () => refreshAt(t.origin, tv))).toMatchObject(unavailable);
    const [one, other] = [await refreshAt(t.origin, tv), await refreshAt(t.origin, tv)];
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(other.body['refresh_token']).toBe(one.body['refresh_token']);
    expect((await refreshAt(t.origin, tv, String(one.body['refresh_token']))).status).toBe(200);
    expect(await count("artifacts WHERE model = 'RefreshToken'")).toBe(await count('sign_ins'));
  });

  test('a device code: one pair of tokens', async () => {
    const tv = t.device('tv', { id: 'another TV', address: '203.0.113.1' });
    const code = await tv.signIn.requestDeviceCode();
    await approveDevice(t.browser(), code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
    const before = await count("artifacts WHERE model = 'AccessToken'");
    expect(await losing(/INSERT INTO redeemed/, () => tv.signIn.poll(code))).toMatchObject(unavailable);
    tv.use(await tv.signIn.awaitTokens(code));
    expect(await count("artifacts WHERE model = 'AccessToken'")).toBe(before + 1);
    expect((await tv.profiles()).status).toBe(200);
  });

  test('an authorization code: one pair of tokens', async () => {
    const phone = t.device('phone');
    const authorization = await phone.signIn.authorize();
    const browser = createBrowser({ address: phone.address, stopsAt: phone.app.redirectUris });
    await browser.open(authorization.url);
    const { url } = await signInWith(browser, 'dtc', t.user('ben'));
    await expect(losing(/INSERT INTO redeemed/, () => authorization.redeem(url))).rejects.toThrow('503');
    phone.use(await authorization.redeem(url));
    expect((await phone.profiles()).status).toBe(200);
  });

  test('an approval: one sign-in, and the device gets its tokens', async () => {
    const tv = t.device('tv', { id: 'a third TV', address: '203.0.113.2' });
    const [signIns, instances] = [await count('sign_ins'), await count('instances')];
    const code = await tv.signIn.requestDeviceCode();
    const browser = t.browser();
    await browser.open(code.verificationUriComplete);
    await browser.submit({ button: 'Continue' });
    await signInWith(browser, 'dtc', t.user('ana'));
    const { page } = browser;
    const failed = await losing(/INSERT INTO sign_ins/, () => browser.submit({ button: 'Approve' }));
    expect(failed.status).toBe(503);
    expect((await browser.submit({ on: page, button: 'Approve' })).text).toContain('You are signed in');
    tv.use(await tv.signIn.awaitTokens(code));
    expect((await tv.profiles()).status).toBe(200);
    expect([await count('sign_ins'), await count('instances')]).toEqual([signIns + 1, instances + 1]);
  });

  test('a registration: the client that was returned works, and the other is unused', async () => {
    const tv = t.device('tv', { id: 'a fourth TV', address: '203.0.113.3' });
    const instances = await count('instances');
    await expect(losing(/INSERT INTO instances/, () => tv.register())).rejects.toThrow('503');
    await tv.register();
    expect((await tv.profiles()).status).toBe(200);
    expect(await count('instances')).toBe(instances + 2);
  });

  test('credentials: one registration at Adobe', async () => {
    const tv = await t.signIn(t.device('tv', { id: 'a fifth TV', address: '203.0.113.4' }), 'ana');
    await t.control.clearRequests();
    expect(await losing(/INSERT INTO credentials/, () => tv.profiles())).toMatchObject(unavailable);
    expect((await tv.profiles()).status).toBe(200);
    const made = (await t.control.requests()).filter(({ operation }) => operation === 'dcr.register');
    expect(made).toHaveLength(1);
  });
});
