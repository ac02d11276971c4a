import { type Browser, createBrowser, type Page } from '@kinpass/simulator/browser';
import { type Device, request, signInWith } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let phone: Device;

beforeAll(async () => {
  t = await startGateway();
  phone = t.device('phone');
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

const parties = ['dtc', 'google', 'facebook'] as const;

/** A browser that stops before the gateway's callbacks and at the app's redirect URI. */
const stoppingBrowser = (): Browser =>
  createBrowser({
    address: phone.address,
    stopsAt: [...phone.app.redirectUris, ...parties.map((party) => `${t.origin}/callback/${party}`)],
  });

interface Return {
  readonly browser: Browser;
  /** The address that the provider sends the browser to. */
  readonly callback: URL;
  readonly authorization: Awaited<ReturnType<Device['signIn']['authorize']>>;
}

const untilCallback = async (
  provider: (typeof parties)[number] = 'dtc',
  user = 'ana',
  browser = stoppingBrowser(),
): Promise<Return> => {
  const authorization = await phone.signIn.authorize();
  await browser.open(authorization.url);
  const { url } = await signInWith(browser, provider, t.user(user));
  return { browser, callback: url, authorization };
};

/** Whether any identity provider was asked to redeem a code. */
const redeemed = async (): Promise<boolean> =>
  (await t.control.requests()).some(
    ({ party, method, path }) =>
      party !== 'adobe' && (method === 'POST' ? /token/ : /access_token/).test(path),
  );

const expectRefused = (page: Page): void => {
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(page.status).toBeLessThan(500);
};

describe('T14 an answer counts only at the callback of the provider that was asked', () => {
  test.each([
    ['google', 'facebook'],
    ['google', 'dtc'],
    ['facebook', 'google'],
  ] as const)('begun at %s, delivered to %s', async (begun, delivered) => {
    const { browser, callback } = await untilCallback(begun);
    callback.pathname = `/callback/${delivered}`;
    expectRefused(await browser.open(callback));
    expect(await redeemed()).toBe(false);
  });

  test('with the iss of another one (RFC 9207)', async () => {
    const { browser, callback } = await untilCallback('dtc');
    expect(callback.searchParams.get('iss')).toBe(t.simulator.origins.dtc);
    callback.searchParams.set('iss', t.simulator.origins.google);
    expectRefused(await browser.open(callback));
    expect(await redeemed()).toBe(false);
  });

  test('without the iss that its metadata promise', async () => {
    const { browser, callback } = await untilCallback('dtc');
    callback.searchParams.delete('iss');
    expectRefused(await browser.open(callback));
    expect(await redeemed()).toBe(false);
  });
});

describe('T15 a callback counts only in the browser that began, with the state that went out', () => {
  test('no cookie, or the cookie of another sign-in', async () => {
    const { callback } = await untilCallback();
    const other = await untilCallback('dtc', 'ben');
    for (const browser of [stoppingBrowser(), other.browser]) expectRefused(await browser.open(callback));
    expect(await redeemed()).toBe(false);
  });

  test('an altered, missing, empty or repeated state', async () => {
    const { browser, callback } = await untilCallback();
    const state = callback.searchParams.get('state') ?? '';
    for (const search of [
      `state=${state}x`,
      `state=${state.slice(0, -1)}`,
      'state=',
      '',
      `state=${state}&state=${state}`,
    ]) {
      const url = new URL(`?code=${callback.searchParams.get('code')}&${search}`, callback);
      expectRefused(await browser.open(url));
    }
    expect(await redeemed()).toBe(false);
  });
});

test('T16 a callback works once', async () => {
  const { browser, callback, authorization } = await untilCallback();
  const landed = await browser.open(callback);
  await authorization.redeem(landed.url);
  await t.control.clearRequests();
  const again = await browser.open(callback);
  expectRefused(again);
  expect(again.url.searchParams.get('code')).toBe(callback.searchParams.get('code'));
  expect(await redeemed()).toBe(false);
});

test('T17 every request to a provider has its own state, nonce and S256 challenge, and asks for a code', async () => {
  const seen = new Set<string>();
  for (const provider of [...parties, ...parties]) {
    const { browser } = await untilCallback(provider);
    const begun = browser.visited.find(
      ({ origin, searchParams }) => origin !== t.origin && searchParams.has('response_type'),
    );
    const parameters = begun?.searchParams ?? new URLSearchParams();
    expect(parameters.get('response_type')).toBe('code');
    expect(parameters.get('code_challenge_method')).toBe('S256');
    expect(parameters.get('redirect_uri')).toBe(`${t.origin}/callback/${provider}`);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(parameters.getAll(name)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
      seen.add(parameters.get(name) ?? '');
    }
    expect(String(begun)).not.toMatch(/token|password|client_secret/i);
  }
  expect(seen.size).toBe(18);
});

const cookiesOf = (browser: Browser): string =>
  browser
    .cookies(t.origin)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');

test('T18 cookies that were planted before the sign-in are nobody’s after it', async () => {
  const browser = stoppingBrowser();
  for (const path of ['/device', '/session/end', (await phone.signIn.authorize()).url])
    await browser.open(new URL(path, t.origin));
  const planted = cookiesOf(browser);
  expect(planted).not.toBe('');
  const { callback } = await untilCallback('dtc', 'ana', browser);
  await browser.open(callback);
  const session = browser.cookies(t.origin).find(({ name }) => name === 'kinpass_session');
  expect(session?.value).toMatch(/^[\w-]{20,}$/);
  expect(planted).not.toContain(session?.value);
  const { url } = await phone.signIn.authorize();
  const attacker = createBrowser();
  expect((await attacker.open(url, { cookie: planted })).text).not.toContain('viewers.example');
});

describe('T19 nothing is decided by GET, nor by a form of another site', () => {
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'content-type': 'text/plain' },
  ];

  test('approving and denying a device', async () => {
    const tv = t.device('tv', { id: 'nineteen' });
    const code = await tv.signIn.requestDeviceCode();
    const browser = t.browser();
    await browser.open(code.verificationUriComplete);
    await browser.submit({ button: 'Continue' });
    const question = await signInWith(browser, 'dtc', t.user('ana'));
    for (const headers of foreign)
      for (const button of ['Approve', 'Deny'])
        expect((await browser.submit({ on: question, button, headers })).status).toBe(403);
    for (const csrf of ['', 'x'])
      expect((await browser.submit({ on: question, button: 'Approve', fields: { csrf } })).status).toBe(403);
    const actions = question.root.querySelectorAll('form').map((form) => form.getAttribute('action') ?? '');
    for (const action of actions)
      expect((await browser.open(new URL(action, question.url))).status).toBe(405);
    expect((await tv.signIn.poll(code)).body).toMatchObject({ error: 'authorization_pending' });
    await browser.submit({ on: question, button: 'Approve' });
    expect((await tv.signIn.poll(code)).status).toBe(200);
  });

  test('signing out', async () => {
    const { browser, callback } = await untilCallback();
    await browser.open(callback);
    const page = await browser.open(`${t.origin}/session/end`);
    for (const headers of foreign.slice(0, 3))
      expect((await browser.submit({ on: page, button: 'Sign out', headers })).status).toBe(403);
    expect((await browser.open(`${t.origin}/session/end/confirm`)).status).toBe(405);
    expect((await browser.open((await phone.signIn.authorize()).url)).text).toContain('viewers.example');
  });
});

test('T20 an attacker’s half-finished sign-in does nothing in the victim’s browser', async () => {
  const victim = await untilCallback('dtc', 'ana');
  await victim.browser.open(victim.callback);
  const before = cookiesOf(victim.browser);
  const attacker = await untilCallback('google', 'ben');
  expectRefused(await victim.browser.open(attacker.callback));
  expect(cookiesOf(victim.browser)).toBe(before);
  const { url } = await phone.signIn.authorize();
  const page = await victim.browser.open(url);
  expect(page.text).toContain('a••@viewers.example');
  expect(page.text).not.toContain('b••');
});

test('T33 a picture of another site that points to the sign-out leaves the session alone', async () => {
  const { browser, callback } = await untilCallback();
  await browser.open(callback);
  const headers = { cookie: cookiesOf(browser), 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };
  for (const path of ['/session/end', '/session/end/confirm', '/session/end/success'])
    await request({ url: t.origin + path, headers });
  expect((await browser.open((await phone.signIn.authorize()).url)).text).toContain('viewers.example');
});

test('T34 no answer to a request with credentials repeats it elsewhere', async () => {
  const browser = createBrowser({ followRedirects: false });
  const { url } = await phone.signIn.authorize();
  let page = await browser.open(url);
  const statuses = [page.status];
  page = await browser.open(new URL(page.headers.location ?? '', url));
  statuses.push((await browser.submit({ button: 'Continue with DTC' })).status);
  statuses.push((await browser.submit({ on: page, button: 'Cancel' })).status);
  for (const path of [
    '/token',
    '/token/revocation',
    '/me',
    '/device',
    '/device/auth',
    '/o/client/token',
    '/session/end/confirm',
  ])
    statuses.push(
      (await request({ method: 'POST', url: t.origin + path, form: { client_id: 'ref40-phone' } })).status,
    );
  expect(statuses.filter((status) => status === 307 || status === 308)).toEqual([]);
  expect(statuses.slice(0, 3)).toEqual([303, 303, 303]);
});
