import got from 'got';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { defaultFixtures } from '#src/default-fixtures';
import { createDtc } from '#src/identity/dtc/dtc';
import type { Clock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { gatewayOrigin, startParty } from './start-party.ts';

const { clientId } = defaultFixtures.clients.dtcTv;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const startDtc = async (clock?: Clock) => {
  const world = await startParty(createDtc, clock);
  const config = await client.discovery(
    new URL(world.origin),
    clientId,
    { id_token_signed_response_alg: 'RS256' },
    client.None(),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  );
  const begin = () => client.initiateDeviceAuthorization(config, { scope: 'openid email profile' });
  const poll = (device_code: string) => client.genericGrantRequest(config, deviceGrant, { device_code });
  return Object.assign(world, { config, begin, poll });
};

const approve = async (page: string, code: string) => {
  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(page);
  await phone.submit({ fill: { user_code: code } });
  await phone.submit({ button: 'Connect' });
  await phone.submit({ fill: { username: 'ana', password: 'ana-password' } });
  return phone;
};

test('a television is signed in from a phone, and stays so', async () => {
  await using dtc = await startDtc();
  const device = await dtc.begin();
  expect(device).toMatchObject({ verification_uri: `${dtc.origin}/device`, expires_in: 600, interval: 5 });
  expect(device.user_code).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
  await expect(dtc.poll(device.device_code)).rejects.toMatchObject({ error: 'authorization_pending' });

  const phone = await approve(device.verification_uri, device.user_code.toLowerCase().replace('-', ' '));
  expect(phone.page.text).toContain('Device connected');

  const tokens = await dtc.poll(device.device_code);
  expect(tokens.claims()).toMatchObject({ sub: 'dtc-ana', aud: clientId, email: 'ana@viewers.example' });
  expect(tokens.claims()).not.toHaveProperty('nonce');

  await dtc.party.endSessions();
  const refreshed = await client.refreshTokenGrant(dtc.config, tokens.refresh_token ?? '');
  expect(refreshed.claims()?.sub).toBe('dtc-ana');

  // A code that is redeemed twice has been stolen: everything that came of it is void.
  await expect(dtc.poll(device.device_code)).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.refreshTokenGrant(dtc.config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('the code of a QR link is only filled in; nobody is connected without being asked', async () => {
  await using dtc = await startDtc();
  const device = await dtc.begin();
  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(device.verification_uri_complete ?? '');
  expect(phone.page.root.querySelector('input[name=user_code]')?.getAttribute('value')).toBe(
    device.user_code,
  );
  expect(phone.page.root.querySelector('script')).toBeNull();
  await phone.submit({ fill: { user_code: device.user_code } });
  expect(phone.page.text).toContain(device.user_code);
  expect(phone.page.text).toContain('Is this your device?');
});

test.each(['on the question', 'on the login page'])(
  'whoever refuses %s is told to the device',
  async (where) => {
    await using dtc = await startDtc();
    const device = await dtc.begin();
    const phone = createBrowser({ stopsAt: [gatewayOrigin] });
    await phone.open(device.verification_uri);
    await phone.submit({ fill: { user_code: device.user_code } });
    if (where === 'on the login page') await phone.submit({ button: 'Connect' });
    await phone.submit({ button: 'Cancel' });
    expect(phone.page.text).toContain('No one was signed in');
    await expect(dtc.poll(device.device_code)).rejects.toMatchObject({ error: 'access_denied' });
  },
);

test('a device that asks too often is told to slow down, and more and more so', async () => {
  const clock = createManualClock();
  await using dtc = await startDtc(clock);
  const device = await dtc.begin();
  const refusal = () => dtc.poll(device.device_code).catch((error: client.ResponseBodyError) => error.error);
  await expect(refusal()).resolves.toBe('authorization_pending');
  await clock.advance(4_999);
  await expect(refusal()).resolves.toBe('slow_down');
  await clock.advance(5_000);
  await expect(refusal()).resolves.toBe('slow_down');
  await clock.advance(15_000);
  await expect(refusal()).resolves.toBe('authorization_pending');

  dtc.party.changeSwitches({ deviceInterval: 0 });
  const patient = await dtc.begin();
  expect(patient.interval).toBe(1);
  for (const _ of [1, 2])
    await expect(dtc.poll(patient.device_code)).rejects.toMatchObject({ error: 'authorization_pending' });
});

test('a code is good for ten minutes of the world', async () => {
  const clock = createManualClock();
  await using dtc = await startDtc(clock);
  const device = await dtc.begin();
  await clock.advance(600_000);
  await expect(dtc.poll(device.device_code)).rejects.toMatchObject({ error: 'expired_token' });
  const phone = createBrowser({ stopsAt: [gatewayOrigin] });
  await phone.open(device.verification_uri);
  await phone.submit({ fill: { user_code: device.user_code } });
  expect(phone.page.text).toContain('wrong or has expired');
});

test('requests of the flow have names', async () => {
  await using dtc = await startDtc();
  const name = (method: string, path: string) => dtc.party.operationOf(method, path);
  const discovery = await got(`${dtc.origin}/.well-known/openid-configuration`).json<
    Record<string, string>
  >();
  const pathOf = (endpoint: string) => new URL(discovery[endpoint] ?? '').pathname;
  expect(name('POST', pathOf('device_authorization_endpoint'))).toBe('device_authorization');
  expect(name('GET', pathOf('end_session_endpoint'))).toBe('logout_page');
  expect(name('POST', pathOf('revocation_endpoint'))).toBe('revoke');
  expect(name('GET', '/device')).toBe('device_page');
  expect(name('POST', '/device')).toBe('device_answer');
  expect(name('GET', '/device/some-uid')).toBe('resume');
  expect(name('POST', '/logout/confirm')).toBe('logout');
});
