/** Items 1 to 23 of docs/checklist.md. */
import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { environmentsOf } from '#src/config/environments';
import { parseConfig } from '#src/config/load';
import { decisionsOf, profileTypes, verdicts } from '../support/answers.ts';
import { passThrough } from '../support/pass-through.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import {
  codeOf,
  complete,
  createDevices,
  deny,
  heardBy,
  operationsAt,
  permit,
  saidBy,
  startScripted,
} from './stage.ts';

let t: TestWorld;
let devices: ReturnType<typeof createDevices>;
let tv: Device;
beforeAll(async () => {
  t = await startGateway({ settings: passThrough });
  devices = createDevices(t);
  tv = await devices.signedIn();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

test('1 a registration has the scope of REST API V2, with the app’s own statement', async () => {
  const { headers, app } = devices.next('tv');
  const json = { software_statement: app.softwareStatement };
  const { status, body } = await devices
    .next('tv')
    .send('/o/client/register', { method: 'POST', headers, json });
  expect([status, body['scopes']]).toEqual([201, ['api:client:v2']]);
  await (await devices.registered()).profiles();
  const [registered] = await heardBy(t);
  expect(JSON.parse(registered?.body ?? '')).toEqual(json);
});

test('2 an installation registers at Adobe once, and keeps its credentials', async () => {
  const device = await devices.registered();
  for (let call = 0; call < 3; call++) await device.profiles();
  expect((await operationsAt(t)).filter((one) => one === 'dcr.register')).toHaveLength(1);
});

test('3 an access token serves every call until it expires', async () => {
  const device = await devices.registered();
  for (let call = 0; call < 3; call++) await device.profiles();
  const heard = await heardBy(t);
  expect(heard.filter(({ operation }) => operation === 'dcr.token')).toHaveLength(1);
  const bearers = heard
    .filter(({ path }) => path.startsWith('/api/'))
    .map(({ headers }) => headers['authorization']);
  expect(new Set(bearers).size).toBe(1);
});

test('4 the configuration is asked for when the app asks, and at no other time', async () => {
  await tv.profiles();
  await tv.authorize('TempPass_TEST40', ['REF30']);
  await tv.createSession(complete);
  expect(await operationsAt(t)).not.toContain('configuration.get');
});

test('5 id, displayName and logoUrl of each MVPD reach the app', async () => {
  const { body } = await (await devices.registered()).call('/REF30/configuration');
  const heard = (await heardBy(t)).find(({ operation }) => operation === 'configuration.get');
  expect(heard && saidBy(heard)).toEqual(body);
  expect(JSON.stringify(body)).toMatch(/"id":"Cablevision","displayName":"[^"]+","logoUrl":"[^"]+"/);
});

test('6 nothing is polled before the app polls', async () => {
  const device = await devices.registered();
  const code = codeOf(await device.createSession(complete));
  expect(await operationsAt(t)).not.toContain('profiles.code');
  await device.profileByCode(code);
  expect(await operationsAt(t)).toContain('profiles.code');
});

test('7 polling ends with the profile, and a new code ends that of the old one', async () => {
  const device = await devices.registered();
  const old = codeOf(await device.createSession(complete));
  const code = await t.logInAtMvpd(device, 'ana', 'Cablevision');
  const wait = { headers: { prefer: 'wait=20' } };
  expect(profileTypes(await device.call(`/REF30/profiles/code/${code}`, wait))).toEqual({
    Cablevision: 'regular',
  });
  const polls = (await operationsAt(t)).filter((one) => one === 'profiles.code').length;
  expect(polls).toBe(1);
  expect(await device.call(`/REF30/profiles/code/${old}`, wait)).toMatchObject({ status: 400 });
  expect((await operationsAt(t)).filter((one) => one === 'profiles.code')).toHaveLength(polls);
});

test('8 however many wait for a code, Adobe is polled for one of them', async () => {
  const device = await devices.registered();
  const code = codeOf(await device.createSession(complete));
  const wait = { headers: { prefer: 'wait=1' } };
  const waiting = Array.from({ length: 5 }, () => device.call(`/REF30/profiles/code/${code}`, wait));
  for (const { status } of await Promise.all(waiting)) expect(status).toBe(200);
  expect((await operationsAt(t)).filter((one) => one === 'profiles.code')).toHaveLength(1);
});

test('9 a profile reaches the app with its MVPD and its attributes as Adobe has them', async () => {
  const { body } = await tv.profile('Cablevision');
  const profile = (body['profiles'] as Record<string, object>)['Cablevision'];
  expect(profile).toMatchObject({ issuer: 'Cablevision', attributes: { userID: { state: 'plain' } } });
});

test('10 a preauthorization decides no playback', async () => {
  expect(verdicts(await tv.preauthorize('Cablevision', ['news']))).toEqual({ news: true });
  await tv.authorize('Cablevision', ['news']);
  expect(await operationsAt(t)).toEqual(['decisions.preauthorize', 'decisions.authorize']);
});

const retried = async (operation: 'preauthorize' | 'authorize') => {
  await using stage = await startScripted();
  const path = `/api/v2/REF30/decisions/${operation}/`;
  const failing = deny('sports', 'network_received_error', 'retry');
  const first = {
    body: { decisions: [permit('news'), failing, deny('x', 'authorization_denied_by_mvpd', 'none')] },
  };
  stage.adobe.at(path, first, { body: { decisions: [failing] } });
  const answer = await stage.tv[operation]('Cablevision', ['news', 'sports', 'x']);
  expect(decisionsOf(answer).map(({ resource }) => resource)).toEqual(['news', 'sports', 'x']);
  return stage.adobe.heardAt(path).map(({ body }) => JSON.parse(body).resources);
};

test('11 a preauthorization is repeated for resources with the action retry, twice', async () => {
  expect(await retried('preauthorize')).toEqual([['news', 'sports', 'x'], ['sports'], ['sports']]);
});

test('12 no preauthorization is kept from one call of the app to the next', async () => {
  await tv.preauthorize('Cablevision', ['news']);
  await tv.preauthorize('Cablevision', ['news']);
  expect(await operationsAt(t)).toEqual(['decisions.preauthorize', 'decisions.preauthorize']);
});

test('13 each playback has a decision and a media token of its own', async () => {
  const [one, other] = [
    await tv.authorize('Cablevision', ['news']),
    await tv.authorize('Cablevision', ['news']),
  ];
  expect(await operationsAt(t)).toEqual(['decisions.authorize', 'decisions.authorize']);
  expect(decisionsOf(one)[0]?.token).not.toEqual(decisionsOf(other)[0]?.token);
});

test('14 an authorization is repeated for resources with the action retry, twice', async () => {
  expect(await retried('authorize')).toEqual([['news', 'sports', 'x'], ['sports'], ['sports']]);
});

test('15 a logout tells what is left to do', async () => {
  const device = await devices.loggedIn();
  const actions = async () => {
    const { body } = await device.logout('Cablevision', complete.redirectUrl);
    return (body['logouts'] as Record<string, unknown>)['Cablevision'];
  };
  expect(await actions()).toMatchObject({
    actionName: 'logout',
    actionType: 'interactive',
    url: expect.stringMatching(/^http/),
  });
  expect(await actions()).toMatchObject({ actionName: 'invalid', actionType: 'none' });
});

/** One call of each operation that apps make. */
const everyCall = async (device: Device): Promise<void> => {
  const code = codeOf(await device.createSession({ mvpd: 'Cablevision' }));
  await device.call(`/REF30/sessions/${code}`, { method: 'POST', form: complete });
  await device.call(`/REF30/sessions/${code}`);
  await device.call('/REF30/configuration');
  await device.profileByCode(code);
  await device.profiles();
  await device.profile('Dish');
  await device.preauthorize('Cablevision', ['news']);
  await device.authorize('Cablevision', ['news']);
  await device.logout('Cablevision', complete.redirectUrl);
};
const heardFromEveryCall = async () => {
  const device = await t.signIn(devices.next('tv'), 'ben');
  await t.control.clearRequests();
  await everyCall(device);
  const heard = (await heardBy(t)).filter(({ path }) => path.startsWith('/api/'));
  expect(new Set(heard.map(({ operation }) => operation)).size).toBe(10);
  return { device, headers: heard.map(({ headers }) => headers) };
};

test('16 Authorization is sent with every call', async () => {
  for (const headers of (await heardFromEveryCall()).headers)
    expect(headers['authorization']).toMatch(/^Bearer \S+$/);
});

test('17 AP-Device-Identifier of the device is sent with every call', async () => {
  const { device, headers } = await heardFromEveryCall();
  for (const sent of headers)
    expect(sent['ap-device-identifier']).toBe(device.headers['ap-device-identifier']);
});

test('18 X-Device-Info of the device is sent with every call, and its address', async () => {
  const { device, headers } = await heardFromEveryCall();
  for (const sent of headers) {
    const info = JSON.parse(Buffer.from(String(sent['x-device-info']), 'base64').toString());
    expect(info).toMatchObject({ model: 'LivingRoom55', osName: 'Tizen', connectionIp: device.address });
  }
});

test('19 another device identifier of the same installation is refused', async () => {
  const device = await devices.registered();
  await device.profiles();
  await t.control.clearRequests();
  const headers = { 'ap-device-identifier': `fingerprint ${btoa('another')}` };
  expect((await device.call('/REF30/profiles', { headers })).body['code']).toBe('gateway_device_mismatch');
  expect(await heardBy(t)).toEqual([]);
});

test('20 parameters and headers that are not listed are not sent', async () => {
  const headers = { 'x-app': 'canary', 'ap-temppass-identity': 'canary', cookie: 'canary' };
  const form = { ...complete, canary: 'canary' };
  await tv.call('/REF30/sessions?canary=1', { method: 'POST', headers, form });
  const heard = await heardBy(t);
  expect(heard).toHaveLength(1);
  expect(JSON.stringify(heard)).not.toContain('canary');
});

test('21 errors have a code and an action, Adobe’s and the gateway’s alike', async () => {
  expect((await tv.profile('NoSuchMvpd')).body).toMatchObject({
    code: 'invalid_parameter_mvpd',
    action: 'none',
  });
  expect((await tv.call('/REF40/profiles')).body).toMatchObject({
    code: 'invalid_access_token_service_provider',
    action: 'configuration',
  });
});

test('22 a denial stays within its 200, an error keeps its status', async () => {
  const denied = await tv.authorize('Cablevision', ['sports']);
  expect([denied.status, verdicts(denied)]).toEqual([200, { sports: 'authorization_denied_by_mvpd' }]);
  const refused = await tv.authorize('NoSuchMvpd', ['sports']);
  expect([refused.status, refused.body['status']]).toEqual([400, 400]);
});

test('23 an app can be tested in the environments before production', () => {
  const [app] = t.settings['apps'] as object[];
  const origins = ['prequal-production', 'staging'].map((environment) => {
    const config = parseConfig({ ...t.settings, apps: [{ ...app, environment }] });
    return environmentsOf(config).find(({ id }) => id === environment)?.origin;
  });
  expect(origins).toEqual(['https://sp-prequal.auth.adobe.com', 'https://sp.auth-staging.adobe.com']);
});
