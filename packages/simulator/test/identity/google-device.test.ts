import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { defaultFixtures } from '#src/default-fixtures';
import { createManualClock } from '../support/manual-clock.ts';
import { startGoogle, tvClient } from './google-sign-in.ts';
import { gatewayOrigin } from './start-party.ts';

type Google = Awaited<ReturnType<typeof startGoogle>>;

const begin = (google: Google, more: Record<string, string> = {}) =>
  google.post('/device/code', { client_id: tvClient.clientId, scope: 'email profile openid', ...more });

const poll = (google: Google, device_code: string, more: Record<string, string> = {}) =>
  google.post('/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code,
    client_id: tvClient.clientId,
    client_secret: tvClient.clientSecret,
    ...more,
  });

test('a television is signed in from a phone', async () => {
  const clock = createManualClock();
  await using google = await startGoogle({ clock });
  const { body: device } = await begin(google);
  expect(device).toEqual({
    device_code: expect.any(String),
    user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
    verification_url: `${google.origin}/device`,
    expires_in: 1800,
    interval: 5,
  });
  const deviceCode = device['device_code'] ?? '';
  expect(await poll(google, deviceCode)).toEqual({
    status: 428,
    body: { error: 'authorization_pending', error_description: 'Precondition Required' },
  });
  expect(await poll(google, deviceCode)).toEqual({
    status: 403,
    body: { error: 'slow_down', error_description: 'Forbidden' },
  });

  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(device['verification_url'] ?? '');
  await phone.submit({ fill: { user_code: (device['user_code'] ?? '').toLowerCase() } });
  await phone.submit({ button: 'Ana Lima' });
  await phone.submit({ fill: { password: 'ana-password' } });
  expect(phone.page.text).toContain('Sign in on your device?');
  await phone.submit({ button: 'Allow' });
  expect(phone.page.text).toContain('Success');

  await clock.advance(5_000);
  const { status, body } = await poll(google, deviceCode);
  expect(status).toBe(200);
  const claims = decodeJwt(body['id_token'] ?? '');
  expect(claims).toMatchObject({
    aud: tvClient.clientId,
    azp: tvClient.clientId,
    email: 'ana@viewers.example',
  });
  expect(claims).not.toHaveProperty('nonce');
  expect(await poll(google, deviceCode)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await google.refresh(body['refresh_token'] ?? '', tvClient)).status).toBe(200);
});

test('openid-client wants another name for the address', async () => {
  await using google = await startGoogle();
  const config = await client.discovery(
    new URL(google.origin),
    tvClient.clientId,
    tvClient.clientSecret,
    undefined,
    {
      execute: [client.allowInsecureRequests],
    },
  );
  await expect(client.initiateDeviceAuthorization(config, { scope: 'openid' })).rejects.toMatchObject({
    code: 'OAUTH_INVALID_RESPONSE',
  });
});

test('whoever refuses is told to the device', async () => {
  await using google = await startGoogle();
  const { body: device } = await begin(google);
  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(`${google.origin}/device?user_code=${device['user_code']}`);
  await phone.submit({ fill: { user_code: device['user_code'] ?? '' } });
  await phone.submit({ button: 'Cancel' });
  expect(phone.page.text).toContain('No one was signed in');
  expect(await poll(google, device['device_code'] ?? '')).toEqual({
    status: 403,
    body: { error: 'access_denied', error_description: 'Forbidden' },
  });
});

test('a code is good for half an hour, and only if it exists', async () => {
  const clock = createManualClock();
  await using google = await startGoogle({ clock });
  const { body: device } = await begin(google);
  await clock.advance(1_800_000);
  expect(await poll(google, device['device_code'] ?? '')).toMatchObject({
    status: 400,
    body: { error: 'expired_token' },
  });
  expect(await poll(google, 'made-up')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(`${google.origin}/device`);
  await phone.submit({ fill: { user_code: device['user_code'] ?? '' } });
  expect(phone.page.text).toContain('Invalid code');
});

test('only the client for televisions may ask, and for little', async () => {
  await using google = await startGoogle();
  const web = defaultFixtures.clients.google;
  expect(await begin(google, { client_id: web.clientId })).toMatchObject({
    status: 401,
    body: { error: 'invalid_client', error_description: 'Invalid client type.' },
  });
  expect(await begin(google, { scope: 'openid https://www.googleapis.com/auth/calendar' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_scope' },
  });
  const { body: device } = await begin(google);
  const asWeb = { client_id: web.clientId, client_secret: web.clientSecret };
  expect(await poll(google, device['device_code'] ?? '', asWeb)).toMatchObject({
    body: { error: 'invalid_client', error_description: 'Invalid client type.' },
  });
  expect(await poll(google, device['device_code'] ?? '', { client_secret: 'wrong' })).toMatchObject({
    status: 401,
  });
});

test('a patient world tells nobody to slow down', async () => {
  await using google = await startGoogle();
  google.party.changeSwitches({ deviceInterval: 0 });
  const { body: device } = await begin(google);
  for (const _ of [1, 2, 3]) expect((await poll(google, device['device_code'] ?? '')).status).toBe(428);
});

test('a disabled account connects no device', async () => {
  await using google = await startGoogle();
  google.party.changeSwitches({ disabledUsers: ['ana'] });
  const { body: device } = await begin(google);
  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(`${google.origin}/device`);
  await phone.submit({ fill: { user_code: device['user_code'] ?? '' } });
  await phone.submit({ button: 'Ana Lima' });
  await phone.submit({ fill: { password: 'ana-password' } });
  expect(phone.page.status).toBe(403);
  expect((await poll(google, device['device_code'] ?? '')).status).toBe(428);
});
