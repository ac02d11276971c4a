import got from 'got';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { request } from '#src/client/request';
import { defaultFixtures } from '#src/default-fixtures';
import { createFacebook } from '#src/identity/facebook/facebook';
import { type Clock, systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { gatewayOrigin, startParty } from './start-party.ts';

const { clientId, clientSecret } = defaultFixtures.clients.facebook;
const access_token = `${clientId}|${defaultFixtures.clients.facebookDevice.clientToken}`;

const startFacebook = async (clock: Clock = systemClock) => {
  const world = await startParty(createFacebook, clock);
  const post = async (path: string, form: Record<string, string>) => {
    const url = `${world.origin}/v23.0${path}`;
    const { status, body } = await request({ method: 'POST', url, form });
    return { status, body: body as Record<string, string> };
  };
  return Object.assign(world, {
    begin: (token = access_token) =>
      post('/device/login', { access_token: token, scope: 'public_profile,email' }),
    poll: (code = '') => post('/device/login_status', { access_token, code }),
  });
};

/** Up to the question whether to go on. */
const identify = async (page: string, code: string) => {
  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(page);
  await phone.submit({ fill: { user_code: code.toLowerCase() } });
  await phone.submit({ fill: { username: 'ana', password: 'wrong' } });
  expect(phone.page.text).toContain('incorrect');
  await phone.submit({ fill: { username: 'ana', password: 'ana-password' } });
  return phone;
};

const refusal = (code: number, error_subcode: number) => ({
  status: 400,
  body: { error: { type: 'OAuthException', code, error_subcode } },
});

test('a television gets an access token and nothing else', async () => {
  const clock = createManualClock();
  await using facebook = await startFacebook(clock);
  const { body: device } = await facebook.begin();
  expect(device).toEqual({
    code: expect.any(String),
    user_code: expect.stringMatching(/^[B-Z]{8}$/),
    verification_uri: `${facebook.origin}/device`,
    expires_in: 420,
    interval: 5,
  });
  expect(await facebook.poll(device['code'])).toMatchObject(refusal(31, 1349174));
  expect(await facebook.poll(device['code'])).toMatchObject(refusal(17, 1349172));

  const phone = await identify(device['verification_uri'] ?? '', device['user_code'] ?? '');
  expect(phone.page.text).toContain('Continue as Ana Lima?');
  await phone.submit({ button: 'Continue as Ana Lima' });
  expect(phone.page.text).toContain('Your device is now connected');

  await clock.advance(5_000);
  const { status, body } = await facebook.poll(device['code']);
  expect(status).toBe(200);
  expect(Object.keys(body).sort()).toEqual(['access_token', 'data_access_expiration_time', 'expires_in']);
  const debug = await got(`${facebook.origin}/debug_token`, {
    searchParams: { input_token: body['access_token'], access_token: `${clientId}|${clientSecret}` },
  }).json();
  expect(debug).toMatchObject({
    data: { app_id: clientId, is_valid: true, scopes: ['public_profile', 'email'] },
  });
  expect(await facebook.poll(device['code'])).toMatchObject({ status: 400 });
});

test('whoever declines is told to the device', async () => {
  await using facebook = await startFacebook();
  const { body: device } = await facebook.begin();
  const phone = await identify(device['verification_uri'] ?? '', device['user_code'] ?? '');
  await phone.submit({ button: 'Cancel' });
  expect(await facebook.poll(device['code'])).toMatchObject(refusal(31, 1349173));
});

test('a code is good for seven minutes', async () => {
  const clock = createManualClock();
  await using facebook = await startFacebook(clock);
  const { body: device } = await facebook.begin();
  await clock.advance(420_000);
  expect(await facebook.poll(device['code'])).toMatchObject(refusal(463, 1349152));
});

test('devices present the client token, never the secret', async () => {
  await using facebook = await startFacebook();
  expect(await facebook.begin(`${clientId}|${clientSecret}`)).toMatchObject({
    status: 400,
    body: { error: { code: 190 } },
  });
});

test('a device that polls as fast as it likes, where that is allowed', async () => {
  await using facebook = await startFacebook();
  facebook.party.changeSwitches({ deviceInterval: 0 });
  const { body: device } = await facebook.begin();
  for (const _ of [1, 2]) expect(await facebook.poll(device['code'])).toMatchObject(refusal(31, 1349174));
});
