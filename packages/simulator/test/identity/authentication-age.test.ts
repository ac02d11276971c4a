import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { request } from '#src/client/request';
import { defaultFixtures } from '#src/default-fixtures';
import { createFacebook } from '#src/identity/facebook/facebook';
import { createManualClock } from '../support/manual-clock.ts';
import { startDtc } from './dtc-sign-in.ts';
import { startGoogle } from './google-sign-in.ts';
import { arrival, callbackOf, gatewayOrigin, hasLeft, startParty } from './start-party.ts';

const month = 30 * 86_400;
const day = 86_400;

describe('DTC', () => {
  test('says when the password was entered if somebody wants to know', async () => {
    await using dtc = await startDtc();
    const { browser, redeem } = await dtc.signIn();
    expect((await redeem()).claims()).not.toHaveProperty('auth_time');
    await dtc.party.ageSessions(3_600);

    const again = await dtc.signIn({ max_age: '7200' }, browser);
    const { auth_time: authTime = 0, iat = 0 } = (await again.redeem()).claims() ?? {};
    expect(iat - authTime).toBeGreaterThanOrEqual(3_600);
    expect(iat - authTime).toBeLessThan(3_660);
  });

  test.each([{ max_age: '60' }, { max_age: '0' }, { prompt: 'login' }])('asks again for %o', async (more) => {
    await using dtc = await startDtc();
    const { browser } = await dtc.signIn();
    await dtc.party.ageSessions(3_600);
    await browser.open((await dtc.begin(more as Record<string, string>)).url);
    expect(hasLeft(browser)).toBe(false);

    const { auth_time: authTime = 0, iat = 0 } =
      (await (await dtc.signIn(more as Record<string, string>, browser)).redeem()).claims() ?? {};
    expect(iat - authTime).toBeLessThan(60);
  });

  test('lets another viewer sign in, whose predecessor is signed out', async () => {
    await using dtc = await startDtc();
    const { browser } = await dtc.signIn();
    await browser.open((await dtc.begin({ prompt: 'login' })).url);
    await browser.submit({ fill: { username: 'ben', password: 'ben-password' } });
    // A page that submits itself where scripts run.
    await browser.submit({});
    expect(arrival(browser).searchParams.get('code')).not.toBeNull();
    expect(await dtc.party.sessions()).toMatchObject([{ user: 'ben' }]);
  });

  test('ages the sessions of one viewer', async () => {
    await using dtc = await startDtc();
    await dtc.signIn();
    const since = async () => Date.parse((await dtc.party.sessions())[0]?.since ?? '');
    const begun = await since();
    expect(await dtc.party.ageSessions(60, 'ben')).toBe(0);
    expect(await dtc.party.ageSessions(60, 'ana')).toBe(1);
    expect(await since()).toBe(begun - 60_000);
  });

  test('lives in simulated time', async () => {
    const clock = createManualClock(Date.now());
    await using dtc = await startDtc({ clock });
    const { browser } = await dtc.signIn();
    await clock.advance(day * 1000);
    await browser.open((await dtc.begin({ max_age: '60' })).url);
    expect(hasLeft(browser)).toBe(false);
    await browser.open((await dtc.begin({ max_age: String(2 * day) })).url);
    expect(hasLeft(browser)).toBe(true);
  });

  test('does not know select_account, knows how viewers sign in, and fills in a hint', async () => {
    await using dtc = await startDtc();
    const { browser } = await dtc.signIn();
    await browser.open((await dtc.begin({ prompt: 'select_account' })).url);
    expect(arrival(browser).searchParams.get('error')).toBe('invalid_request');
    expect(dtc.config.serverMetadata().acr_values_supported).toEqual(['urn:viewers:password']);
    const { redeem } = await dtc.signIn({ acr_values: 'urn:viewers:password' }, browser);
    expect((await redeem()).claims()).toMatchObject({ acr: 'urn:viewers:password' });

    const stranger = createBrowser({ stopsAt: [gatewayOrigin] });
    await stranger.open((await dtc.begin({ login_hint: 'ben@viewers.example' })).url);
    const field = stranger.page.root.querySelector('input[name=username]');
    expect(field?.getAttribute('value')).toBe('ben@viewers.example');
  });
});

describe('Google', () => {
  const claims = '{"id_token":{"auth_time":{"essential":true}}}';
  const claimsOf = (tokens: Record<string, string>) => decodeJwt(tokens['id_token'] ?? '');

  test('says auth_time if it is asked, and the project may know', async () => {
    await using google = await startGoogle();
    const { browser, tokens } = await google.signIn({ claims });
    expect(claimsOf(tokens)).not.toHaveProperty('auth_time');
    google.party.changeSwitches({ sessionAgeClaims: true });
    await google.party.ageSessions(month);
    expect(claimsOf((await google.signIn({}, browser)).tokens)).not.toHaveProperty('auth_time');
    for (const other of ['{', '[]', '{"id_token":{"auth_time":null}}'])
      expect(claimsOf((await google.signIn({ claims: other }, browser)).tokens)).not.toHaveProperty(
        'auth_time',
      );
    const { auth_time: authTime = 0, iat = 0 } = claimsOf((await google.signIn({ claims }, browser)).tokens);
    expect(iat - Number(authTime)).toBeGreaterThanOrEqual(month);
  });

  test('asks nobody for the password again: whoever is chosen passes', async () => {
    await using google = await startGoogle();
    google.party.changeSwitches({ sessionAgeClaims: true });
    const { browser } = await google.signIn();
    await google.party.ageSessions(month);
    await browser.open(await google.authorizeUrl({ prompt: 'select_account', max_age: '60' }));
    expect(browser.page.text).toContain('Choose an account');
    const old = claimsOf((await google.signIn({ prompt: 'select_account', claims }, browser)).tokens);
    expect(Number(old.iat) - Number(old['auth_time'])).toBeGreaterThanOrEqual(month);

    await browser.open(await google.authorizeUrl({ prompt: 'select_account' }));
    await browser.submit({ button: 'Ben Okoro' });
    expect(browser.page.text).toContain('Hi Ben Okoro');
  });

  test.each(['login', 'consent login'])('knows no prompt=%s', async (prompt) => {
    await using google = await startGoogle();
    const browser = createBrowser({ stopsAt: [gatewayOrigin] });
    await browser.open(await google.authorizeUrl({ prompt }));
    expect(browser.page.status).toBe(400);
    expect(browser.page.text).toContain('Invalid prompt: login');
  });
});

describe('Facebook', () => {
  const { clientId, clientSecret } = defaultFixtures.clients.facebook;
  const start = async () => {
    const facebook = await startParty(createFacebook);
    const browser = createBrowser({ stopsAt: [gatewayOrigin] });
    const open = (more: Record<string, string>) => {
      const url = new URL('/v23.0/dialog/oauth', facebook.origin);
      const redirect_uri = callbackOf('facebook');
      url.search = new URLSearchParams({ client_id: clientId, redirect_uri, ...more }).toString();
      return browser.open(url);
    };
    const get = async (path: string, query: Record<string, string>) =>
      (await request({ method: 'GET', url: `${facebook.origin}${path}?${new URLSearchParams(query)}` })).body;
    /** What Facebook says of the token of this dialog. */
    const info = async (more: Record<string, string>, asking = clientId) => {
      await open(more);
      if (!hasLeft(browser)) await browser.submit({ fill: { username: 'ana', password: 'ana-password' } });
      const { access_token: accessToken } = await get('/v23.0/oauth/access_token', {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: callbackOf('facebook'),
        code: arrival(browser).searchParams.get('code') ?? '',
      });
      return get('/v23.0/oauth/access_token_info', { client_id: asking, access_token: String(accessToken) });
    };
    return Object.assign(facebook, { browser, open, info });
  };

  test('tells for which nonce it asked for the password', async () => {
    await using facebook = await start();
    expect(await facebook.info({})).not.toHaveProperty('auth_type');
    const again = { auth_type: 'reauthenticate', auth_nonce: 'abc123' };
    await facebook.open(again);
    expect(hasLeft(facebook.browser)).toBe(false);
    expect(await facebook.info(again)).toMatchObject({ ...again, token_type: 'bearer' });
    expect(await facebook.info({ auth_type: 'rerequest,reauthenticate' })).not.toHaveProperty('auth_nonce');
  });

  test('tells no nonce for which it did not ask', async () => {
    await using facebook = await start();
    await facebook.info({});
    expect(await facebook.info({ auth_nonce: 'abc123' })).not.toHaveProperty('auth_nonce');
  });

  test('tells nothing to another app, and takes alphanumeric nonces only', async () => {
    await using facebook = await start();
    const other = defaultFixtures.clients.facebookOther.clientId;
    expect(await facebook.info({}, other)).toMatchObject({ error: { code: 190 } });
    await facebook.open({ auth_type: 'reauthenticate', auth_nonce: 'not-so' });
    expect(facebook.browser.page.text).toContain('auth_nonce must be alphanumeric');
  });
});
