import { type Browser, createBrowser } from '@kinpass/simulator/browser';
import { type Device, type ProviderName, signInOnPhone } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const redirectUrl = 'https://adobe.com';

/** Ana signs in on her phone, in a browser that stays open. */
const signedIn = async (t: TestWorld, provider: ProviderName = 'dtc') => {
  const phone = t.device('phone');
  const browser = createBrowser({ address: phone.address, stopsAt: phone.app.redirectUris });
  await signInOnPhone(phone, { browser, provider, user: t.user('ana') });
  return { phone, browser };
};

const logOut = async (device: Device, json: Record<string, string | boolean> = {}) => {
  const path = `/v1/sp/${device.serviceProvider}/logout`;
  const answer = await device.send(path, {
    method: 'POST',
    json: { scope: 'identity', redirectUrl, ...json },
  });
  expect(answer).toMatchObject({ status: 200, body: { signedOut: true } });
  return answer.body as { url?: string; identityProvider?: { id: string; logout: string } };
};

/** What the provider shows when the next viewer of this browser signs in with it. */
const nextSignIn = async (phone: Device, browser: Browser) => {
  await browser.open((await phone.signIn.authorize()).url);
  return browser.submit({ button: 'Continue with DTC' });
};

test('the browser ends its session here, then at the identity provider, and comes back', async () => {
  await using t = await startGateway();
  const { phone, browser } = await signedIn(t);
  const { url, identityProvider } = await logOut(phone);
  expect(identityProvider).toEqual({ id: 'dtc', logout: 'next' });
  await t.control.clearRequests();

  await browser.open(String(url));
  const atProvider = await browser.submit({ button: 'Sign out' });
  expect(atProvider.url.origin).toBe(t.simulator.origins.dtc);
  const asked = (await t.control.requests()).find(({ operation }) => operation === 'logout_page');
  expect(asked?.query).toEqual({
    client_id: t.simulator.fixtures.clients.dtc.clientId,
    post_logout_redirect_uri: `${t.origin}/signed-out`,
    state: 'ref40-phone',
  });
  const back = await browser.submit({ button: 'Log out' });
  expect(back.url.href).toBe(`${t.origin}/signed-out?state=ref40-phone`);
  expect(back.text).toContain('You are signed out');

  expect((await nextSignIn(phone, browser)).root.querySelector('input[type=password]')).not.toBeNull();
});

test('where our address is not registered, viewers stay on the page of the provider', async () => {
  await using t = await startGateway();
  await t.reconfigure(withoutReturn(t));
  const { phone, browser } = await signedIn(t);
  const { url } = await logOut(phone);
  await browser.open(String(url));
  await browser.submit({ button: 'Sign out' });
  expect((await browser.submit({ button: 'Log out' })).url.origin).toBe(t.simulator.origins.dtc);
  expect((await nextSignIn(phone, browser)).root.querySelector('input[type=password]')).not.toBeNull();
});

describe('without a logout at the provider, the answer says so', () => {
  test.each(['google', 'facebook'] as const)('%s has none', async (provider) => {
    await using t = await startGateway();
    const { phone, browser } = await signedIn(t, provider);
    const { url, identityProvider } = await logOut(phone);
    expect(identityProvider).toEqual({ id: provider, logout: 'none' });
    await browser.open(String(url));
    const page = await browser.submit({ button: 'Sign out' });
    expect([page.url.origin, page.url.pathname]).toEqual([t.origin, '/session/end/success']);
  });

  test('one that does not respond', async () => {
    await using t = await startGateway();
    const { phone, browser } = await signedIn(t);
    // What it said before is not known any more.
    await t.reconfigure({});
    await t.control.fault({ match: { party: 'dtc' }, fault: { kind: 'status', status: 503 } });
    const { url, identityProvider } = await logOut(phone);
    expect(identityProvider).toEqual({ id: 'dtc', logout: 'none' });
    await browser.open(String(url));
    expect((await browser.submit({ button: 'Sign out' })).url.pathname).toBe('/session/end/success');
  });

  test('a device without a browser', async () => {
    await using t = await startGateway();
    const { phone } = await signedIn(t);
    const { url, identityProvider } = await logOut(phone, { browser: false });
    expect([url, identityProvider]).toEqual([undefined, { id: 'dtc', logout: 'none' }]);
  });
});

test('an app alone leaves the identity as it is', async () => {
  await using t = await startGateway();
  const { phone } = await signedIn(t);
  const { url, identityProvider } = await logOut(phone, { scope: 'app' });
  expect(identityProvider).toBeUndefined();
  expect(url).not.toContain('identity_provider');
});

test.each(['nobody', 'https://evil.example', '../dtc', ''])(
  'a link that names %j as the provider ends at our page',
  async (named) => {
    await using t = await startGateway();
    const { browser } = await signedIn(t);
    const query = new URLSearchParams({ client_id: 'ref40-phone', identity_provider: named });
    await browser.open(`${t.origin}/session/end?${query}`);
    const page = await browser.submit({ button: 'Sign out' });
    expect([page.url.origin, page.url.pathname]).toEqual([t.origin, '/session/end/success']);
  },
);

/** The demo's providers, one of which does not know where browsers come back to. */
const withoutReturn = ({ settings }: TestWorld) => ({
  identityProviders: (settings as ConfigInput).identityProviders?.map((provider) =>
    provider.kind === 'oidc' ? { ...provider, returnsAfterLogout: false } : provider,
  ),
});
