import { defaultFixtures } from '@kinpass/simulator';
import { type Browser, createBrowser } from '@kinpass/simulator/browser';
import { createControl, request as send } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuthenticationRequest } from '#src/identity/authentication-request';
import type { RedirectProvider } from '#src/identity/provider';
import { systemClock } from '#src/lib/clock';
import { providerOf } from './signing-in.ts';
import { callbackOf, startSimulatedProviders } from './simulated.ts';

const month = 30 * 86_400;
const rejected = { code: 'identity_rejected' };
const login: AuthenticationRequest = { prompt: 'login' };
const choose: AuthenticationRequest = { prompt: 'select_account' };

let simulator: Awaited<ReturnType<typeof startSimulatedProviders>>;
beforeAll(async () => {
  simulator = await startSimulatedProviders();
});
afterAll(() => simulator.close());

const { clients } = defaultFixtures;
const providers = {
  dtc: () => providerOf({ kind: 'oidc', issuer: simulator.origins.dtc, ...clients.dtc }, systemClock),
  google: () =>
    providerOf({ kind: 'google', issuer: simulator.origins.google, ...clients.google }, systemClock),
  facebook: () => {
    const { facebook: origin } = simulator.origins;
    const origins = { webOrigin: origin, graphOrigin: origin };
    return providerOf({ kind: 'facebook', ...origins, ...clients.facebook }, systemClock);
  },
};
type Name = keyof typeof providers;

/** Sends the browser to the provider and back; `viewer` signs in there if a page asks, or else nobody is asked. */
const roundTrip = async (name: Name, browser: Browser, request: AuthenticationRequest, viewer = 'ana') => {
  const provider: RedirectProvider = providers[name]();
  const { url, checks } = await provider.begin({ redirectUri: callbackOf(name), request });
  await browser.open(url);
  const asked = browser.page.status !== 0;
  if (asked && name === 'google')
    await browser.submit({ button: viewer === 'ana' ? 'Ana Lima' : 'Ben Okoro' });
  if (browser.page.status !== 0) {
    const password = `${viewer}-password`;
    const fill = name === 'google' ? { password } : { username: viewer, password };
    await browser.submit({ fill });
  }
  // The programmer's accounts end the session of the other viewer first, by a form that submits itself.
  if (browser.page.status !== 0) await browser.submit({});
  const completing = provider.complete({ callback: browser.page.url, checks, request });
  return { asked, completing };
};

/** A browser that Ana signed in with a month ago. */
const oldSession = async (name: Name) => {
  const browser = createBrowser({ stopsAt: ['http://gateway.example'] });
  await (await roundTrip(name, browser, {})).completing;
  await createControl(simulator.origins.adobe).ageSessions(name, month, 'ana');
  return browser;
};

const now = () => systemClock.now() / 1000;

test.each(['dtc', 'google', 'facebook'] as const)(
  '%s: an old session passes unasked, and says so',
  async (name) => {
    const { asked, completing } = await roundTrip(name, await oldSession(name), {});
    expect(asked).toBe(false);
    expect((await completing).authTime).toBeUndefined();
  },
);

test.each([
  ['dtc', login],
  ['dtc', { maxAge: 60 }],
  ['facebook', login],
  ['facebook', { maxAge: 60 }],
] as const)('%s: %j asks for the password, and the proof is accepted', async (name, request) => {
  const { asked, completing } = await roundTrip(name, await oldSession(name), request);
  expect(asked).toBe(true);
  const { authTime = 0 } = await completing;
  expect(Math.abs(now() - authTime)).toBeLessThan(60);
});

test('dtc: a session that is young enough passes unasked, with its age', async () => {
  const { asked, completing } = await roundTrip('dtc', await oldSession('dtc'), { maxAge: 2 * month });
  expect(asked).toBe(false);
  const { authTime = 0 } = await completing;
  expect(Math.abs(now() - month - authTime)).toBeLessThan(60);
});

test.each(['dtc', 'google', 'facebook'] as const)('%s: another account can be chosen', async (name) => {
  const browser = await oldSession(name);
  const ana = await (await roundTrip(name, browser, {})).completing;
  const { asked, completing } = await roundTrip(name, browser, choose, 'ben');
  expect(asked).toBe(true);
  expect((await completing).subject).not.toBe(ana.subject);
});

test('google: nobody is asked for the password, so an old session proves nothing', async () => {
  const browser = await oldSession('google');
  await expect((await roundTrip('google', browser, login)).completing).rejects.toMatchObject(rejected);
  const switches = `${simulator.origins.adobe}/_control/identities/google/switches`;
  await send({ method: 'PUT', url: switches, json: { sessionAgeClaims: true } });
  await expect((await roundTrip('google', browser, login)).completing).rejects.toMatchObject(rejected);
  await expect((await roundTrip('google', browser, { maxAge: 60 })).completing).rejects.toMatchObject(
    rejected,
  );

  const { authTime = 0 } = await (await roundTrip('google', browser, { maxAge: 2 * month })).completing;
  expect(Math.abs(now() - month - authTime)).toBeLessThan(60);
  const fresh = createBrowser({ stopsAt: ['http://gateway.example'] });
  expect(await (await roundTrip('google', fresh, login)).completing).toMatchObject({
    authTime: expect.any(Number),
  });
});

test('dtc: says how the viewer signed in, if asked', async () => {
  const browser = await oldSession('dtc');
  const { completing } = await roundTrip('dtc', browser, { acrValues: ['urn:viewers:password', 'other'] });
  expect(await completing).toMatchObject({ acr: 'urn:viewers:password' });
});
