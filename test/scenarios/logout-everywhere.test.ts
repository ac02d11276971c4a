import { type Device, request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

interface Line {
  readonly mvpd: string;
  readonly app: string;
  readonly device: string;
  readonly status: string;
  readonly url?: string;
  readonly actionName?: string;
  readonly error?: { readonly code: string };
}

const redirectUrl = 'https://adobe.com';

const plan = async (device: Device, query = ''): Promise<string[]> => {
  const { status, body } = await device.send(`/v1/sp/${device.serviceProvider}/logout/plan${query}`);
  expect(status).toBe(200);
  const lines = body['profiles'] as unknown as (Line & { profile: string; basis: string })[];
  return lines.map((line) => `${line.app} on ${line.device}: ${line.profile}, ${line.basis}`);
};

const logOut = async (device: Device, json: Record<string, string | boolean>) => {
  const path = `/v1/sp/${device.serviceProvider}/logout`;
  const { status, body } = await device.send(path, { method: 'POST', json: { redirectUrl, ...json } });
  expect(status).toBe(200);
  return { ...body, profiles: body['profiles'] as unknown as Line[] };
};

const told = (lines: readonly Line[]) =>
  lines.map(({ app, device, status }) => `${app} on ${device}: ${status}`);

const switches = ({ simulator }: TestWorld, json: Record<string, string>) =>
  request({ method: 'PUT', url: `${simulator.origins.adobe}/_control/switches`, json });

/** Ana's TV, and two apps on her phone, one of which has a login of its own: Adobe shares within a service provider only. */
const family = async () => {
  const t = await startGateway();
  await switches(t, { throttle: 'off', ssoScope: 'serviceProvider' });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  const phone = await t.signIn(t.device('phone'), 'ana');
  await phone.profileByCode(await t.logInAtMvpd(phone, 'ana', 'Cablevision'));
  const web = await t.signIn(t.device('phone', { app: 'ref30-web' }), 'ana');
  expect(profileTypes(await web.profiles())).toEqual({ Cablevision: 'serviceTokenSSO' });
  return { t, tv, phone, web, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
};

const found = async (...devices: Device[]) =>
  Promise.all(devices.map(async (device) => Object.keys(profileTypes(await device.profiles()))));

test('over three apps and two devices, of which one fails: the rest ends, and the next request ends what is left', async () => {
  await using s = await family();
  const { tv, phone, web, t } = s;
  expect(await plan(phone)).toEqual([
    'ref40-phone on this: regular, documented',
    'ref30-web on other: serviceTokenSSO, documented',
    'ref30-tv on other: regular, expected',
  ]);

  const path = '/api/v2/REF30/logout/Cablevision';
  await t.control.fault({ match: { path }, fault: { kind: 'status', status: 503 } });
  const first = await logOut(phone, { scope: 'family' });
  expect(first).toMatchObject({ complete: false, signedOut: false });
  expect(told(first.profiles)).toEqual([
    'ref40-phone on this: ended',
    'ref30-tv on other: failed',
    'ref30-web on other: failed',
  ]);
  expect(first.profiles[0]).toMatchObject({ actionName: 'logout', url: expect.stringContaining('http') });
  expect(await found(phone, tv, web)).toEqual([[], ['Cablevision'], ['Cablevision']]);

  await t.control.clearFaults();
  await t.control.clearRequests();
  const second = await logOut(phone, { scope: 'family' });
  expect(second).toMatchObject({ complete: true });
  expect(second.profiles.filter(({ device }) => device === 'other').map(({ url }) => url)).toEqual([
    undefined,
    undefined,
  ]);
  const atTv = reachedAdobe(await t.control.requests()).find((one) => one.path.startsWith(path));
  expect(atTv?.headers).toMatchObject({
    'x-forwarded-for': tv.address,
    'ap-device-identifier': tv.headers['ap-device-identifier'],
  });
  expect(await found(phone, tv, web)).toEqual([[], [], []]);
  expect(await plan(phone)).toEqual([]);
});

describe('what goes', () => {
  test('a device without a browser gets no URL', async () => {
    await using s = await family();
    const { profiles } = await logOut(s.tv, { scope: 'mvpd', mvpd: 'Cablevision', browser: false });
    expect(profiles[0]).toMatchObject({
      app: 'ref30-tv',
      status: 'ended',
      actionName: 'logout',
      actionType: 'none',
    });
    expect(profiles.every(({ url }) => url === undefined)).toBe(true);
  });

  test('an app alone: the others keep their profiles, and its sign-in ends', async () => {
    await using s = await family();
    const answer = await logOut(s.web, { scope: 'app' });
    expect(answer).toMatchObject({ complete: true, signedOut: true });
    expect((await s.web.profiles()).status).toBe(401);
    expect(await found(s.tv, s.phone)).toEqual([['Cablevision'], ['Cablevision']]);
  });

  test('the identity as well, when every profile has ended', async () => {
    await using s = await family();
    await s.t.control.fault({
      match: { operation: 'logout' },
      times: 1,
      fault: { kind: 'status', status: 503 },
    });
    expect(await logOut(s.phone, { scope: 'identity' })).toMatchObject({ complete: false, signedOut: false });
    const answer = await logOut(s.phone, { scope: 'identity' });
    expect(answer).toMatchObject({
      complete: true,
      signedOut: true,
      url: expect.stringContaining('/session/end'),
    });
    expect((await s.phone.profiles()).status).toBe(401);
    expect(await found(s.tv)).toEqual([[]]);
  });

  test('nothing of the viewer is served from memory afterwards, and a denial ends nothing', async () => {
    await using s = await family();
    await s.tv.authorize('Cablevision', ['sports']);
    expect(reachedAdobe(await s.t.control.requests()).some(({ operation }) => operation === 'logout')).toBe(
      false,
    );
    await logOut(s.tv, { scope: 'family' });
    await s.t.control.clearRequests();
    expect(await found(s.tv, s.phone, s.web)).toEqual([[], [], []]);
    expect(reachedAdobe(await s.t.control.requests())).toHaveLength(3);
    const { text } = await request({ url: `${s.t.adminOrigin}/metrics` });
    expect(text).toContain('kinpass_known_answers_bytes 0');
  });
});

test('without a viewer, and without the MVPD, it is refused', async () => {
  await using s = await family();
  const path = '/v1/sp/REF30/logout';
  const guest = s.t.device('tv', { id: 'another TV', address: '203.0.113.7' });
  await guest.register();
  const json = { scope: 'family', redirectUrl };
  expect((await guest.send(path, { method: 'POST', json })).status).toBe(400);
  const { status, body } = await s.tv.send(path, { method: 'POST', json: { ...json, scope: 'mvpd' } });
  expect([status, body['field']]).toEqual([400, 'mvpd']);
});
