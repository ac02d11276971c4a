import { type Device, request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { refreshAt } from '../support/refresh-at.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

type Settings = Parameters<TestWorld['reconfigure']>[0];

const day = 24 * 3_600_000;

const withoutApp = (t: TestWorld, gone: string): Settings => ({
  apps: t.simulator.fixtures.apps
    .filter(({ id }) => id !== gone)
    .map((app) => ({
      ...app,
      family: 'ref',
      serviceProviders: [...app.serviceProviders],
      redirectUris: [...app.redirectUris],
    })),
});

const withProviders = (identityProviders: string[]): Settings => ({
  families: [
    {
      id: 'ref',
      identityProviders,
      linking: 'verifiedEmail',
      serviceToken: { issuer: 'https://sso.ref.example' },
    },
  ],
});

const pageOf = async (device: Device, cookie: string): Promise<string> => {
  const { url } = await device.signIn.authorize();
  const begun = await request({ url, headers: { cookie } });
  const more = (begun.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
  return (
    await request({
      url: new URL(begun.headers.location ?? '', url),
      headers: { cookie: `${cookie}; ${more}` },
    })
  ).text;
};

describe('T30 a sign-in ends by time', () => {
  test('an access token at the end of its life, a refresh token when it has been idle', async () => {
    const clock = createManualClock();
    await using t = await startGateway({ overrides: { clock } });
    const tv = await t.signIn(t.device('tv'), 'ana');
    await clock.leap(3_600_001);
    expect((await tv.profiles()).status).toBe(401);
    tv.use(await tv.signIn.refresh(tv.tokens?.refreshToken ?? ''));
    await clock.leap(181 * day);
    expect((await refreshAt(t.origin, tv)).body).toMatchObject({ error: 'invalid_grant' });
  });

  test('however often it is refreshed, after 400 days', async () => {
    const clock = createManualClock();
    await using t = await startGateway({ overrides: { clock } });
    const tv = await t.signIn(t.device('tv'), 'ana');
    for (let month = 0; month < 13; month++) {
      await clock.leap(30 * day);
      tv.use(await tv.signIn.refresh(tv.tokens?.refreshToken ?? ''));
    }
    await clock.leap(11 * day);
    expect((await refreshAt(t.origin, tv)).body).toMatchObject({ error: 'invalid_grant' });
  });

  test('a session of a browser: after 14 days without use', async () => {
    const clock = createManualClock();
    await using t = await startGateway({ overrides: { clock } });
    const phone = t.device('phone');
    const browser = t.browser();
    await browser.open((await phone.signIn.authorize()).url);
    await browser.submit({ button: 'Continue with DTC' });
    await browser.submit({ fill: { username: 'ana', password: t.user('ana').password } });
    const cookie = browser
      .cookies(t.origin)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    expect(await pageOf(phone, cookie)).toContain('viewers.example');
    await clock.leap(14 * day + 1_000);
    expect(await pageOf(phone, cookie)).not.toContain('viewers.example');
  });
});

describe('T79 what the settings no longer name ends with the reload', () => {
  test('an app: its bearers, refresh tokens, installations and codes', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const anonymous = t.device('tv', { id: 'anonymous' });
    await anonymous.register();
    const pending = await tv.signIn.requestDeviceCode();
    await t.reconfigure(withoutApp(t, 'ref30-tv'));
    await t.control.clearRequests();
    for (const device of [tv, anonymous]) expect((await device.profiles()).status).toBe(401);
    for (const answer of [await refreshAt(t.origin, tv), await tv.signIn.poll(pending)])
      expect(answer.body).not.toHaveProperty('access_token');
    await expect(anonymous.register()).rejects.toThrow();
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });

  test('an identity provider: what rests on it', async () => {
    await using t = await startGateway();
    const phone = await t.signIn(t.device('phone'), 'ana', 'google');
    const other = await t.signIn(t.device('laptop'), 'ben', 'dtc');
    await t.reconfigure(withProviders(['dtc', 'facebook']));
    await t.control.clearRequests();
    expect([401, 403]).toContain((await phone.profiles()).status);
    expect((await refreshAt(t.origin, phone)).body).toMatchObject({ error: 'invalid_grant' });
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
    expect((await other.profiles()).status).toBe(200);
  });
});

test('T80 a provider that the family does not list signs nobody in', async () => {
  await using t = await startGateway({ settings: withProviders(['dtc', 'facebook']) ?? {} });
  const browser = t.browser();
  const page = await browser.open((await t.device('phone').signIn.authorize()).url);
  expect(page.text).not.toContain('Google');
  const chosen = await browser.submit({ button: 'Continue with DTC', fields: { provider: 'google' } });
  expect(chosen.status).toBeGreaterThanOrEqual(400);
  expect((await t.control.requests()).filter(({ party }) => party === 'google')).toEqual([]);
});
