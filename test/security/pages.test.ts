import { type Browser, createBrowser, type Page } from '@kinpass/simulator/browser';
import { type Device, request, signInWith } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let phone: Device;

beforeAll(async () => {
  t = await startGateway();
  phone = await t.signIn(t.device('phone'), 'ana');
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

const cookiesOf = (browser: Browser): string =>
  browser
    .cookies(t.origin)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');

const signedIn = async (user = 'ana', browser = t.browser()): Promise<Browser> => {
  const tv = t.device('tv', { id: `pages of ${user}` });
  const code = await tv.signIn.requestDeviceCode();
  await browser.open(code.verificationUriComplete);
  await browser.submit({ button: 'Continue' });
  await signInWith(browser, 'dtc', t.user(user));
  return browser;
};

/** Whose session the gateway sees: the page of an authorization request names them, masked. */
const seenBy = async (cookie: string): Promise<string> => {
  const { url } = await phone.signIn.authorize();
  return (await createBrowser().open(url, { cookie })).text;
};

/** Each page on the way through a whole device sign-in, and a few that fail. */
const everyPage = async (): Promise<Page[]> => {
  const browser = t.browser();
  const code = await t.device('tv', { id: 'every page' }).signIn.requestDeviceCode();
  const pages = [
    await browser.open(code.verificationUriComplete),
    await browser.submit({ button: 'Continue' }),
    await signInWith(browser, 'dtc', t.user('ana')),
    await browser.submit({ button: 'Approve' }),
    await browser.open(`${t.origin}/session/end`),
    await browser.submit({ button: 'Sign out' }),
  ];
  for (const path of [
    '/auth?client_id=nobody',
    '/callback/dtc?state=x&code=y',
    '/interaction/x',
    '/session/end?id_token_hint=x',
  ])
    pages.push(await t.browser().open(t.origin + path));
  return pages;
};

test('a redirect has no body: it would repeat codes and states in a page without a policy', async () => {
  const { url } = await phone.signIn.authorize();
  const addresses = [url.href, `${t.origin}/favicon.ico`, `${t.origin}/api/v2/authenticate/REF30/ABC1234`];
  for (const address of addresses) {
    const { status, headers, text } = await request({ url: address, headers: { accept: 'text/html' } });
    expect([status, text, headers['content-type']], address).toEqual([
      expect.toBeOneOf([302, 303]),
      '',
      undefined,
    ]);
  }
});

describe('on https', () => {
  beforeAll(() => t.reconfigure({ publicOrigin: 'https://sso.example.com' }));
  afterAll(() => t.reconfigure({}));

  test('T28 cookies are bound to the host, unreadable for scripts and small; what sets one is not stored', async () => {
    const { searchParams } = (await phone.signIn.authorize()).url;
    const answers = await Promise.all(
      ['/device', `/auth?${searchParams}`, '/session/end'].map((path) => request({ url: t.origin + path })),
    );
    const interaction = answers[1]?.headers.location ?? '';
    const cookie = (answers[1]?.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
    answers.push(
      await request({ url: t.origin + new URL(interaction, t.origin).pathname, headers: { cookie } }),
    );
    const lines = answers.flatMap(({ headers }) => headers['set-cookie'] ?? []);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      expect(line.length).toBeLessThan(4_096);
      expect(line).toMatch(
        /^__(Host-kinpass_(session|transaction|browser)|Secure-kinpass_(interaction|resume))(\.sig)?=/,
      );
      expect(line).toMatch(/; secure; httponly/i);
      expect(line).toMatch(/; samesite=lax/i);
      expect(line).not.toMatch(/; domain=/i);
      if (line.startsWith('__Host-')) expect(line).toMatch(/; path=\/;/i);
    }
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
  });

  test('T32 and every answer keeps browsers to https', async () => {
    for (const path of [
      '/device',
      '/session/end',
      '/api/v2/REF30/profiles',
      '/nowhere',
      '/.well-known/openid-configuration',
    ])
      expect((await request({ url: t.origin + path })).headers['strict-transport-security']).toBe(
        'max-age=31536000',
      );
  });

  test('T38 and every URL that is given out is on the public origin', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'javascript',
    };
    const { body } = await request({ url: `${t.origin}/.well-known/openid-configuration`, headers });
    for (const [name, value] of Object.entries(body))
      if (/(endpoint|issuer|_uri)$/.test(name)) expect(value).toMatch(/^https:\/\/sso\.example\.com/);
  });
});

test('T28 tokens, codes and what is said about either are not stored', async () => {
  const post = (path: string, form: Record<string, string>) =>
    request({ method: 'POST', url: t.origin + path, form });
  const answers = [
    await post('/device/auth', { client_id: 'ref30-tv' }),
    await post('/token', {
      client_id: 'ref40-phone',
      grant_type: 'refresh_token',
      refresh_token: phone.tokens?.refreshToken ?? '',
    }),
    await post('/token', { client_id: 'ref40-phone', grant_type: 'refresh_token', refresh_token: 'x' }),
    await request({
      method: 'POST',
      url: `${t.origin}/o/client/register`,
      json: { software_statement: phone.app.softwareStatement },
    }),
  ];
  const refreshed = answers[1]?.body;
  phone.use({
    accessToken: String(refreshed?.['access_token']),
    refreshToken: String(refreshed?.['refresh_token']),
    expiresIn: 0,
  });
  answers.push(
    await phone.profiles(),
    await phone.createSession({
      mvpd: 'Cablevision',
      domainName: 'adobe.com',
      redirectUrl: 'https://adobe.com',
    }),
  );
  for (const { headers } of answers) expect(headers['cache-control']).toMatch(/no-store/);
});

describe('T29 a session that ended does not come back with its cookie', () => {
  test('by signing out', async () => {
    const browser = await signedIn();
    const cookie = cookiesOf(browser);
    expect(await seenBy(cookie)).toContain('a••@viewers.example');
    await browser.open(`${t.origin}/session/end`);
    await browser.submit({ button: 'Sign out' });
    expect(await seenBy(cookie)).not.toContain('viewers.example');
  });

  test('by somebody else who signs in in the same browser', async () => {
    const browser = await signedIn('ana');
    const cookie = cookiesOf(browser);
    await browser.click('Use another account');
    await signInWith(browser, 'google', t.user('ben'));
    expect(cookiesOf(browser)).not.toBe(cookie);
    expect(await seenBy(cookie)).not.toContain('a••@viewers.example');
  });
});

test('T31 what comes from outside stands on a page as text', async () => {
  const hostile = `"><svg/onload=1>'<script>alert(1)</script>\u202e`;
  const query = new URLSearchParams({
    ...{ client_id: hostile, redirect_uri: hostile, scope: hostile, state: hostile, user_code: hostile },
    ...{ error: hostile, error_description: hostile, code: hostile, iss: hostile, ui_locales: hostile },
    ...{ post_logout_redirect_uri: hostile, id_token_hint: hostile, login_hint: hostile, mvpd: hostile },
  });
  const browser = t.browser();
  const form = await browser.open(`${t.origin}/device`);
  const pages = [await browser.submit({ on: form, fill: { user_code: hostile } })];
  for (const path of [
    '/device',
    '/auth',
    '/callback/dtc',
    '/callback/facebook',
    '/session/end',
    '/interaction/x',
    '/errors/x',
  ])
    pages.push(
      await browser.open(`${t.origin}${path}?${query}`, { 'accept-language': hostile.replace('\u202e', '') }),
    );
  for (const { html, headers } of pages) {
    expect(html).not.toMatch(/<svg|<script|onload=1>/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test('T32 every page is locked down, and none tells its address', async () => {
  for (const page of await everyPage()) {
    const policy = page.contentPolicy ?? '';
    const directives = policy.split('; ').filter((directive) => !directive.startsWith('form-action '));
    expect(directives, page.url.pathname).toEqual([
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ]);
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toMatch(/unsafe|\*|data:/);
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.html).not.toMatch(/<script|<iframe|style="|src="http/);
  }
  for (const { headers } of await t.control.requests())
    expect(headers['referer'] ?? '').not.toMatch(/code|state/);
});
