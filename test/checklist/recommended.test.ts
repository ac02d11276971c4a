/** Items 24 to 35 of docs/checklist.md. */
import { createPublicKey } from 'node:crypto';
import { type Device, demoDevices, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createVerifyMediaToken } from '#src/media-token/verify-media-token';
import { decisionsOf, profileTypes, verdicts } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { codeOf, complete, createDevices, heardBy, operationsAt, startScripted } from './stage.ts';

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

test('24 an access token that Adobe refuses is renewed before the call is repeated', async () => {
  await using stage = await startScripted();
  const path = '/api/v2/REF30/profiles';
  const refused = { status: 401, body: { code: 'invalid_token', action: 'authentication', status: 401 } };
  stage.adobe.at('/o/client/token', ...(['one', 'two'].map(tokenReply) as [Reply, Reply]));
  stage.adobe.at(path, refused, { body: { profiles: {} } });
  expect((await stage.tv.profiles()).status).toBe(200);
  expect(stage.adobe.heardAt(path).map(({ headers }) => headers.authorization)).toEqual([
    'Bearer one',
    'Bearer two',
  ]);
});

const tokenReply = (token: string) => ({
  body: { access_token: token, expires_in: 21_600, token_type: 'bearer' },
});
type Reply = ReturnType<typeof tokenReply>;

test('25 nothing in an answer keeps an app from caching the configuration itself', async () => {
  const device = await devices.registered();
  const answers = [await device.call('/REF30/configuration'), await device.call('/REF30/configuration')];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(answers[0]?.body).toEqual(answers[1]?.body);
});

test('26 a typed code is validated by session status and by resume', async () => {
  const device = await devices.registered();
  const code = codeOf(await device.createSession({ mvpd: 'Cablevision' }));
  const laptop = await devices.registered('laptop');
  const validate = (typed: string) => laptop.call(`/REF30/sessions/${typed}`);
  expect((await validate(code)).body).toMatchObject({ existingParameters: { mvpd: 'Cablevision' } });
  expect((await validate('WRONG00')).status).toBe(400);
  const resumed = await laptop.call(`/REF30/sessions/${code}`, { method: 'POST', form: complete });
  expect(resumed.body).toMatchObject({ actionName: 'authenticate' });
});

test('27 profiles of several MVPDs reach the app', async () => {
  const device = await devices.loggedIn();
  await t.logInAtMvpd(device, 'ana', 'AdobeShibboleth');
  expect(Object.keys(profileTypes(await device.profiles())).sort()).toEqual([
    'AdobeShibboleth',
    'Cablevision',
  ]);
});

test('28 temporary, degraded and single sign-on access pass through', async () => {
  const guest = await devices.registered();
  expect(verdicts(await guest.authorize('TempPass_TEST40', ['REF30']))).toEqual({ REF30: true });
  const phone = await t.signIn(devices.next('phone'), 'ana');
  expect(profileTypes(await phone.profiles())).toMatchObject({ Cablevision: 'serviceTokenSSO' });
  const url = `${t.simulator.origins.adobe}/_control/degradation`;
  await request({ method: 'POST', url, json: { rule: 'AuthNAll', mvpd: 'Cablevision' } });
  try {
    expect((await guest.createSession(complete)).body).toMatchObject({ reasonType: 'degraded' });
  } finally {
    await request({ method: 'DELETE', url });
  }
});

test('29 a preauthorization that is denied comes with the words for the viewer', async () => {
  const [decision] = decisionsOf(await tv.preauthorize('Cablevision', ['sports']));
  expect(decision?.error).toMatchObject({
    code: 'preauthorization_denied_by_mvpd',
    message: expect.any(String),
  });
});

test('30 media tokens are verified with kinpass/media-token', async () => {
  const [decision] = decisionsOf(await tv.authorize('Cablevision', ['news']));
  const keys = [createPublicKey(await t.simulator.control.mediaTokenKey())];
  const verifyMediaToken = createVerifyMediaToken({ keys, now: systemClock.now });
  const verified = await verifyMediaToken(decision?.token?.serializedToken ?? '', {
    requestor: 'REF30',
    resource: 'news',
  });
  expect(verified).toMatchObject({ status: 'VALID_TOKEN' });
});

test('31 an authorization that is denied comes with the words of the MVPD', async () => {
  const [decision] = decisionsOf(await tv.authorize('Cablevision', ['sports']));
  expect(decision?.error?.details).toMatch(/subscription/i);
});

test('32 nobody is logged out but by the app', async () => {
  await tv.authorize('Cablevision', ['sports']);
  await tv.preauthorize('Cablevision', ['sports']);
  const phone = await t.signIn(devices.next('phone'), 'ana');
  await phone.signOut();
  expect(await operationsAt(t)).not.toContain('logout');
  expect(profileTypes(await tv.profiles())).toHaveProperty('Cablevision');
});

test('33 headers of earlier APIs are not passed on', async () => {
  const legacy = {
    'ap-sdk-identifier': 'old',
    'x-device-id': 'old',
    'pass-sfp': 'old',
    'ap-app-identifier': 'old',
  };
  await tv.call('/REF30/profiles', { headers: legacy });
  for (const { headers } of await heardBy(t))
    expect(Object.keys(headers).filter((name) => name in legacy)).toEqual([]);
});

test.each(Object.keys(demoDevices) as (keyof typeof demoDevices)[])(
  '34 a login and a playback on each kind of device: %s',
  async (kind) => {
    const device = await t.signIn(devices.next(kind), 'ana');
    await device.createSession(complete);
    expect(profileTypes(await device.profiles())).toHaveProperty('Cablevision');
    const own = device.serviceProvider;
    expect(verdicts(await device.authorize('Cablevision', [own]))).toEqual({ [own]: true });
  },
);

test('35 calls are tried without an app, at the same paths as at Adobe', async () => {
  const { authorization } = { authorization: `Bearer ${tv.tokens?.accessToken}` };
  const url = `${t.origin}/api/v2/REF30/profiles`;
  expect((await request({ url, headers: { ...tv.headers, authorization } })).status).toBe(200);
});
