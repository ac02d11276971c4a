/** Items 36 to 40 of docs/checklist.md. */
import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { environmentsOf } from '#src/config/environments';
import { parseConfig } from '#src/config/load';
import { decisionsOf } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { codeOf, complete, createDevices, heardBy, saidBy } from './stage.ts';

let t: TestWorld;
let devices: ReturnType<typeof createDevices>;
let tv: Device;
beforeAll(async () => {
  t = await startGateway();
  devices = createDevices(t);
  tv = await devices.signedIn();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

test('36 the address and the source port of the device reach Adobe', async () => {
  const headers = { 'x-forwarded-for': `${tv.address}:40123` };
  await tv.call('/REF30/profiles', { headers });
  const [heard] = await heardBy(t);
  expect(heard?.headers['x-forwarded-for']).toBe(tv.address);
  const info = JSON.parse(Buffer.from(String(heard?.headers['x-device-info']), 'base64').toString());
  expect(info).toMatchObject({ connectionIp: tv.address, connectionPort: '40123' });
});

test('37 code and url of a session, and the url of a logout, reach the app', async () => {
  const device = await devices.loggedIn();
  const other = await device.createSession({ ...complete, mvpd: 'AdobeShibboleth' });
  expect(other.body).toMatchObject({ url: `/api/v2/authenticate/REF30/${codeOf(other)}` });
  const { body } = await device.logout('Cablevision', complete.redirectUrl);
  expect(JSON.stringify(body)).toMatch(/"actionType":"interactive".*"url":"http/);
});

test('38 credentials at Adobe stay with the gateway', async () => {
  const device = await devices.registered();
  const { body, headers } = await device.profiles();
  const [registered] = (await heardBy(t)).filter(({ operation }) => operation === 'dcr.register');
  const { client_id: id, client_secret: secret } = (registered && saidBy(registered)) as Record<
    string,
    string
  >;
  const shown = JSON.stringify([body, headers, device.tokens]);
  expect([id, secret].every(Boolean)).toBe(true);
  expect([id, secret].filter((one) => shown.includes(String(one)))).toEqual([]);
});

test('39 the validity of profiles and decisions reaches the app as Adobe has it', async () => {
  const profiles = await tv.profiles();
  const decisions = await tv.authorize('Cablevision', ['news']);
  expect((await heardBy(t)).map(saidBy)).toEqual([profiles.body, decisions.body]);
  expect(decisionsOf(decisions)[0]).toMatchObject({
    notBefore: expect.any(Number),
    notAfter: expect.any(Number),
  });
});

test('40 production and staging are separate', () => {
  const [one, other] = t.settings['apps'] as object[];
  const apps = [
    { ...one, environment: 'production' },
    { ...other, environment: 'staging' },
  ];
  const origins = environmentsOf(parseConfig({ ...t.settings, apps })).map(({ origin }) => origin);
  expect(origins).toEqual([
    t.simulator.origins.adobe,
    'https://sp.auth.adobe.com',
    'https://sp.auth-staging.adobe.com',
  ]);
});
