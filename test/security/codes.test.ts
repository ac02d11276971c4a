import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@kinpass/simulator/browser';
import { type ApiAnswer, approveDevice, type Device, request, signInWith } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { createAdminClient } from '../support/admin.ts';
import { comparable, reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** A device code that a viewer has approved, and not redeemed yet. */
const approvedCode = async (t: TestWorld, device: Device, user = 'ana') => {
  const code = await device.signIn.requestDeviceCode();
  await approveDevice(t.browser(), code.verificationUriComplete, { provider: 'dtc', user: t.user(user) });
  return code;
};

const redeem = (t: TestWorld, deviceCode: string, clientId: string): Promise<ApiAnswer> =>
  request({
    method: 'POST',
    url: `${t.origin}/token`,
    form: { grant_type: deviceGrant, device_code: deviceCode, client_id: clientId },
  });

const otherFamily = (t: TestWorld): Parameters<TestWorld['reconfigure']>[0] => ({
  families: ['ref', 'other'].map((id) => ({
    id,
    identityProviders: ['dtc'],
    serviceToken: { issuer: `https://${id}.example` },
  })),
  apps: t.simulator.fixtures.apps.map(({ redirectUris, ...app }) => ({
    ...app,
    family: app.id === 'ref40-phone' ? 'other' : 'ref',
    redirectUris: [...redirectUris],
    serviceProviders: ['REF30', 'REF40'],
  })),
});

test('T21 the link of a QR code shows a code and decides nothing', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  const code = await tv.signIn.requestDeviceCode();
  const browser = t.browser();
  for (let scan = 0; scan < 3; scan++)
    expect((await browser.open(code.verificationUriComplete)).text).toContain('Continue');
  expect((await tv.signIn.poll(code)).body).toMatchObject({ error: 'authorization_pending' });
  expect((await t.control.requests()).filter(({ party }) => party === 'dtc')).toEqual([]);
  const entered = await browser.submit({ button: 'Continue' });
  expect(entered.text).toContain('Continue with DTC');
  expect((await tv.signIn.poll(code)).body).toMatchObject({ error: 'authorization_pending' });
});

test('T22 a code in the hands of another app, service provider or family is as unknown as none', async () => {
  await using t = await startGateway();
  await t.reconfigure(otherFamily(t));
  const tv = await t.signIn(t.device('tv'), 'ana');
  const stranger = await t.signIn(t.device('phone'), 'ana');
  const code = await approvedCode(t, t.device('tv', { id: 'another' }));
  for (const client of ['ref40-phone', 'ref30-web'])
    expect(comparable(await redeem(t, code.deviceCode, client))).toEqual(
      comparable(await redeem(t, 'x'.repeat(43), client)),
    );

  const { body } = await tv.createSession({
    mvpd: 'Cablevision',
    domainName: 'adobe.com',
    redirectUrl: 'https://adobe.com',
  });
  await t.control.clearRequests();
  const asked = async (path: string, by: Device) => comparable(await by.call(path));
  for (const path of ['/REF30/profiles/code/', '/REF30/sessions/'])
    expect(await asked(`${path}${body['code']}`, stranger)).toEqual(await asked(`${path}ZZZZZZZ`, stranger));
  expect(await asked(`/REF40/profiles/code/${body['code']}`, tv)).toEqual(
    await asked('/REF40/profiles/code/ZZZZZZZ', tv),
  );
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
  expect((await redeem(t, code.deviceCode, 'ref30-tv')).status).toBe(200);
});

describe('T23 what is disabled between approval and redemption gets no token', () => {
  test('the account', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const { body } = await request({
      url: `${t.origin}/me`,
      headers: { authorization: `Bearer ${tv.tokens?.accessToken}` },
    });
    const code = await approvedCode(t, t.device('tv', { id: 'second' }));
    await createAdminClient(t.adminOrigin).revoke({ kind: 'account', id: String(body['sub']) });
    expect((await redeem(t, code.deviceCode, 'ref30-tv')).body).not.toHaveProperty('access_token');
  });

  test('the app', async () => {
    await using t = await startGateway();
    const code = await approvedCode(t, t.device('tv'));
    const apps = t.simulator.fixtures.apps.filter(({ id }) => id !== 'ref30-tv');
    await t.reconfigure({
      apps: apps.map((app) => ({
        ...app,
        family: 'ref',
        serviceProviders: [...app.serviceProviders],
        redirectUris: [...app.redirectUris],
      })),
    });
    expect((await redeem(t, code.deviceCode, 'ref30-tv')).body).not.toHaveProperty('access_token');
  });

  test('the installation', async () => {
    await using t = await startGateway();
    const registered = await request({
      method: 'POST',
      url: `${t.origin}/o/client/register`,
      json: { software_statement: t.device('tv').app.softwareStatement },
    });
    const [id, secret] = [String(registered.body['client_id']), String(registered.body['client_secret'])];
    const form = { client_id: id, client_secret: secret };
    const { body } = await request({ method: 'POST', url: `${t.origin}/device/auth`, form });
    await approveDevice(t.browser(), String(body['verification_uri_complete']), {
      provider: 'dtc',
      user: t.user('ana'),
    });
    await createAdminClient(t.adminOrigin).revoke({ kind: 'instance', id });
    const answer = await request({
      method: 'POST',
      url: `${t.origin}/token`,
      form: { ...form, grant_type: deviceGrant, device_code: String(body['device_code']) },
    });
    expect(answer.body).not.toHaveProperty('access_token');
  });
});

test('T24 of thirty redemptions on two nodes one wins, and the losers leave its tokens alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-nodes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kinpass.db');
  const open = () => openSqliteStores({ file, sealingKey: new Uint8Array(32), log: createLog('silent') });
  await using one = await startGateway({ overrides: { stores: await open() } });
  await using two = await startGateway({ overrides: { stores: await open() } });
  for (let round = 0; round < 5; round++) {
    const { deviceCode } = await approvedCode(one, one.device('tv', { id: `round ${round}` }));
    const attempts = Array.from({ length: 30 }, (_, index) =>
      redeem(index % 2 ? one : two, deviceCode, 'ref30-tv'),
    );
    const tokens = (await Promise.all(attempts)).flatMap(({ body }) => body['access_token'] ?? []);
    expect(new Set(tokens).size).toBe(1);
    for (const { origin } of [one, two])
      expect(
        (await request({ url: `${origin}/me`, headers: { authorization: `Bearer ${tokens[0]}` } })).status,
      ).toBe(200);
  }
});

describe('T25 guessing codes shuts out who guesses, and nobody else', () => {
  /** A browser in which the viewer is signed in already. */
  const signedIn = async (t: TestWorld, user: string): Promise<Browser> => {
    const browser = t.browser();
    await browser.open((await t.device('phone').signIn.authorize()).url);
    await signInWith(browser, 'dtc', t.user(user));
    return browser;
  };
  const enter = async (t: TestWorld, browser: Browser, code: string, address: string): Promise<Page> => {
    await browser.open(`${t.origin}/device`);
    return browser.submit({ fill: { user_code: code }, headers: { 'x-forwarded-for': address } });
  };

  test('codes of devices, by network; right codes do not start the count again', async () => {
    await using t = await startGateway();
    const tv = t.device('tv');
    const [first, second] = [await tv.signIn.requestDeviceCode(), await tv.signIn.requestDeviceCode()];
    const [ana, ben, chloe] = [
      await signedIn(t, 'ana'),
      await signedIn(t, 'ben'),
      await signedIn(t, 'chloe'),
    ];
    const statuses: number[] = [];
    const spellings = ['BBBBB-BBBBB', 'bbbbb bbbbb', 'BBBBBBBBBB', 'b-b-b-b-b-b-b-b-b-b'];
    for (let guess = 0; guess < 32; guess += 1) {
      if (guess === 15)
        expect((await enter(t, ana, first.userCode, '2001:db8:1:2::1')).text).toContain('Approve');
      const address = `2001:db8:1:2::${guess + 1}`;
      statuses.push((await enter(t, guess % 2 ? ana : ben, spellings[guess % 4] ?? '', address)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 400), 429, 429]);
    const refused = await enter(t, chloe, second.userCode, '2001:db8:1:2:ffff::1');
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);

    // Another network, and the link of the QR code in the same one.
    expect((await enter(t, chloe, second.userCode, '2001:db8:1:3::1')).text).toContain('Approve');
    const linked = await chloe.open(second.verificationUriComplete);
    const headers = { 'x-forwarded-for': '2001:db8:1:2::1' };
    expect((await chloe.submit({ on: linked, button: 'Continue', headers })).text).toContain('REF30 for TV');
  });

  test('codes of devices, by account, wherever it is; a link that was made up counts as typed', async () => {
    await using t = await startGateway();
    const { userCode, verificationUriComplete } = await t.device('tv').signIn.requestDeviceCode();
    const made = new URL(verificationUriComplete);
    made.searchParams.set('user_code', 'BBBBB-BBBBB');
    const ana = await signedIn(t, 'ana');
    const statuses: number[] = [];
    for (let guess = 0; guess < 21; guess += 1) {
      await ana.open(made);
      const headers = { 'x-forwarded-for': `203.0.113.${guess}` };
      statuses.push((await ana.submit({ button: 'Continue', headers })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 400), 429]);
    expect((await enter(t, ana, userCode, '203.0.113.99')).status).toBe(429);
    expect((await enter(t, await signedIn(t, 'ben'), userCode, '203.0.113.99')).text).toContain('Approve');
  });

  test('codes of devices say nothing to nobody: whoever is not signed in is asked to, whatever was typed', async () => {
    await using t = await startGateway();
    const { userCode } = await t.device('tv').signIn.requestDeviceCode();
    const pages = [
      await enter(t, t.browser(), userCode, '203.0.113.1'),
      await enter(t, t.browser(), 'BBBBB-BBBBB', '203.0.113.1'),
    ];
    const [right, wrong] = pages.map(({ status, text }) => [status, text.replace(/[A-Z]{5}-[A-Z]{5}/, '')]);
    expect(right).toEqual(wrong);
  });

  test('authentication codes, by bearer: whoever is over budget is refused right ones of others too', async () => {
    await using t = await startGateway();
    const [tv, other, third] = ['tv', 'other', 'third'].map((id) => t.device('tv', { id })) as [
      Device,
      Device,
      Device,
    ];
    for (const device of [tv, other, third]) await device.register();
    const session = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
    const [own, right] = [
      (await tv.createSession(session)).body['code'],
      (await other.createSession(session)).body['code'],
    ];
    await t.control.clearRequests();
    const statuses: number[] = [];
    for (let guess = 0; guess < 22; guess += 1) {
      const path = `${guess % 2 ? '/REF30/profiles/code/' : '/REF30/sessions/'}GUESS${guess}`;
      statuses.push((await tv.call(path, { headers: { 'x-forwarded-for': `203.0.113.${guess}` } })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 400), 429, 429]);
    const refused = await tv.profileByCode(String(right));
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
    expect((await third.profileByCode(String(right))).status).toBe(200);
    expect((await tv.profileByCode(String(own))).status).toBe(200);
  });
});

test('T26 an authentication code that is unknown, of another family or of another service provider: one answer', async () => {
  await using t = await startGateway();
  await t.reconfigure(otherFamily(t));
  const tv = await t.signIn(t.device('tv'), 'ana');
  const stranger = await t.signIn(t.device('phone'), 'ana');
  const { body } = await stranger.createSession({
    mvpd: 'Dish',
    domainName: 'adobe.com',
    redirectUrl: 'https://adobe.com',
  });
  await tv.createSession({ mvpd: 'Dish', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' });
  const answers = new Set<string>();
  for (const code of [body['code'], 'ZZZZZZZ', 'ABCDEFG', 'A', 'Z'.repeat(30)])
    answers.add(JSON.stringify(comparable(await tv.call(`/REF40/profiles/code/${code}`))));
  expect([...answers]).toHaveLength(1);
});

test('T27 user codes are letters without order or preference, and no two are alike', async () => {
  await using t = await startGateway();
  const codes: string[] = [];
  for (let index = 0; index < 500; index++) {
    const headers = { 'x-forwarded-for': `203.${index >> 8}.${index & 255}.7` };
    const form = { client_id: 'ref30-tv' };
    const { body } = await request({ method: 'POST', url: `${t.origin}/device/auth`, headers, form });
    codes.push(String(body['user_code']));
  }
  const letters = codes.join('').replaceAll('-', '');
  const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
  expect(letters).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{5000}$/);
  expect(new Set(codes).size).toBe(500);
  const expected = letters.length / alphabet.length;
  const chiSquare = [...alphabet].reduce(
    (sum, letter) => sum + (letters.split(letter).length - 1 - expected) ** 2 / expected,
    0,
  );
  expect(chiSquare).toBeLessThan(70); // 19 degrees of freedom: above it once in ten million runs
  const rising = codes.filter((code, index) => index > 0 && code > (codes[index - 1] ?? '')).length;
  expect(Math.abs(rising - 249.5)).toBeLessThan(60);
});
