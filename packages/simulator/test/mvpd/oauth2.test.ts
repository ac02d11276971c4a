import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Page } from '#src/browser/page';
import { request } from '#src/client/request';
import { stepwise } from '../world.ts';
import { elsewhere, home, type Mvpds, startMvpds } from './stage.ts';

let t: Mvpds;
beforeAll(async () => {
  t = await startMvpds();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.mvpd.reset());

const userId = Buffer.from('Spectrum:chloe').toString('base64');
const atHome = { ...elsewhere, ...home };
const day = 24 * 3_600_000;

const backOf = ({ headers }: Page): URL => new URL(String(headers.location));
const signIn = async (options: Parameters<Mvpds['signIn']>[2] = {}) => {
  const { page, ...arrived } = await t.signIn('Spectrum', 'chloe', options);
  return { ...arrived, back: backOf(page) };
};
const subscriberFrom = async (back: URL) => {
  const { subscriber } = await t.comeBack(back.href);
  if (!subscriber) throw new Error('nobody signed in');
  return subscriber;
};

const client = { clientId: 'adobe-pass', clientSecret: 'simulated-secret-of-adobe-pass-at-its-mvpds' };
const basic = (secret = client.clientSecret) =>
  `Basic ${Buffer.from(`${client.clientId}:${secret}`).toString('base64')}`;
const askTokens = (grant: Record<string, string>, authorization = basic()) =>
  request({
    method: 'POST',
    url: `${t.origins.mvpd}/Spectrum/oauth2/token`,
    headers: { authorization },
    form: grant,
  });
const callback = () => `${t.origins.adobe}/adobe-services/oauth2/Spectrum/callback`;
const redeem = (back: URL, redirect_uri = callback()) =>
  askTokens({ grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '', redirect_uri });
const tokens = z.object({ access_token: z.string(), refresh_token: z.string(), id_token: z.string() });
const profile = (token: string) =>
  request({
    url: `${t.origins.mvpd}/Spectrum/oauth2/profile`,
    headers: { authorization: `Bearer ${token}` },
  });

test('Adobe redeems a code for the subscriber on the back channel', async () => {
  const { back, request } = await signIn();
  expect(back.href).toMatch(`${callback()}?`);
  expect(back.searchParams.get('state')).toBe(request);
  expect(await t.comeBack(back.href)).toEqual({
    request,
    mvpd: 'Spectrum',
    subscriber: {
      userId,
      attributes: {
        householdID: Buffer.from('Spectrum:household-of-chloe').toString('base64'),
        zip: ['77754', '12345'],
        maxRating: { VCHIP: 'tv-ma', MPAA: 'nc-17' },
        hba_status: false,
      },
      session: { protocol: 'oauth2', refreshToken: expect.stringMatching(/^[\w-]{43}$/) },
      notAfter: t.clock.now() + 90 * day,
    },
  });
});

test('there is no consent page, and no second password page', async () => {
  const { browser } = await signIn();
  const { page } = await t.arrive('Spectrum', { browser, brand: 'REF40' });
  expect(page.status).toBe(303);
  expect(await subscriberFrom(backOf(page))).toMatchObject({ userId });
});

test('a passive request finds no session, and later one', async () => {
  const { page, request } = await t.arrive('Spectrum', { passive: true });
  expect(backOf(page).searchParams.get('error')).toBe('login_required');
  expect(await t.comeBack(backOf(page).href)).toEqual({ request, mvpd: 'Spectrum', subscriber: null });
  const { browser } = await signIn();
  const known = await t.arrive('Spectrum', { browser, passive: true });
  expect(await subscriberFrom(backOf(known.page))).toMatchObject({ userId });
});

describe('the refresh token', () => {
  test('does not rotate, and all its access tokens remain valid', async () => {
    const first = tokens.parse((await redeem((await signIn()).back)).body);
    const grant = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
    const second = tokens.parse((await askTokens(grant)).body);
    const third = tokens.parse((await askTokens(grant)).body);
    expect([second.refresh_token, third.refresh_token]).toEqual([first.refresh_token, first.refresh_token]);
    const all = [first, second, third].map(({ access_token }) => access_token);
    expect(new Set(all).size).toBe(3);
    for (const token of all) expect((await profile(token)).body).toMatchObject({ userID: userId });
  });

  test('is exchanged for an access token before each authorization', async () => {
    const subscriber = await subscriberFrom((await signIn()).back);
    const spectrum = t.mvpdNamed('Spectrum');
    const [one, two] = [await t.accessToken(spectrum, subscriber), await t.accessToken(spectrum, subscriber)];
    expect(one).not.toBe(two);
    for (const token of [one, two])
      expect(t.mvpd.subjects.ofAccessToken('Spectrum', String(token))).toMatchObject({
        kind: 'live',
        subscription: { userId },
        session: { atHome: false },
      });
  });

  test('is rejected when the subscriber’s session at the MVPD has ended', async () => {
    const subscriber = await subscriberFrom((await signIn()).back);
    const spectrum = t.mvpdNamed('Spectrum');
    const token = String(await t.accessToken(spectrum, subscriber));
    expect(t.mvpd.control.endSessions('Spectrum', userId)).toBe(1);
    expect(await t.accessToken(spectrum, subscriber)).toBeNull();
    expect(t.mvpd.subjects.ofAccessToken('Spectrum', token)).toEqual({ kind: 'ended' });
    expect((await profile(token)).status).toBe(401);
  });

  test('expires', async () => {
    const subscriber = await subscriberFrom((await signIn()).back);
    await t.clock.advance(90 * day);
    expect(await t.accessToken(t.mvpdNamed('Spectrum'), subscriber)).toBeNull();
  });

  test('an access token expires within an hour', async () => {
    const { access_token } = tokens.parse((await redeem((await signIn()).back)).body);
    await t.clock.advance(3_600_000);
    expect((await profile(access_token)).status).toBe(401);
  });
});

describe('at home', () => {
  test('there is no password page, and Adobe is informed', async () => {
    const { page } = await t.arrive('Spectrum', { device: atHome });
    expect(page.status).toBe(303);
    const subscriber = await subscriberFrom(backOf(page));
    expect(subscriber).toMatchObject({ userId, attributes: { hba_status: true } });
    expect(subscriber.notAfter).toBe(t.clock.now() + day);
  });

  test('the ID token says so', async () => {
    const { page } = await t.arrive('Spectrum', { device: atHome });
    const { id_token } = tokens.parse((await redeem(backOf(page))).body);
    expect(decodeJwt(id_token)).toMatchObject({ sub: userId, hba_status: 'true', aud: 'adobe-pass' });
  });

  test.each([
    ['a neighbor behind the same address', { ...atHome, port: '39999' }],
    ['no port', { ...atHome, port: null }],
    ['another address', { ...atHome, address: '198.18.0.25' }],
  ])('%s is not at home', async (_, device) => {
    const { page } = await t.arrive('Spectrum', { device });
    expect(page.html).toContain('Sign in to Spectrum');
  });

  test('only Adobe can assert it, for one request; the browser cannot', async () => {
    const away = await t.oauth.signIn({
      mvpd: t.mvpdNamed('Spectrum'),
      serviceProvider: 'REF30',
      request: 'r'.repeat(43),
      device: atHome,
      passive: false,
    });
    const moved = new URL(away.url);
    moved.searchParams.set('state', 's'.repeat(43));
    const claims = { state: 'r'.repeat(43), connection_ip: home.address, connection_port: home.port };
    const forged = new URL(away.url);
    forged.searchParams.set(
      'device_connection',
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('adobe-pass')
        .setAudience(`${t.origins.mvpd}/Spectrum/oauth2`)
        .setExpirationTime('1h')
        .sign(Buffer.from('a secret that is not the one of Adobe Pass')),
    );
    for (const url of [moved, forged])
      expect((await stepwise().open(url.href)).text).toContain('Sign in to Spectrum');
    expect((await stepwise().open(away.url)).status).toBe(303);
  });
});

describe('rejected', () => {
  test.each([
    ['another client', { client_id: 'somebody' }],
    ['another address to go back to', { redirect_uri: 'https://evil.example/' }],
    [
      'an address below the agreed one',
      { redirect_uri: 'http://localhost:9090/adobe-services/oauth2/Spectrum/callback/x' },
    ],
  ])('%s: with a page, and never a redirect', async (_, change) => {
    const query = { response_type: 'code', client_id: 'adobe-pass', redirect_uri: callback(), ...change };
    const url = `${t.origins.mvpd}/Spectrum/oauth2/authorize?${new URLSearchParams(query)}`;
    expect((await stepwise().open(url)).status).toBe(400);
  });

  test('another response type: redirect to Adobe with an OAuth error', async () => {
    const query = { response_type: 'token', client_id: 'adobe-pass', redirect_uri: callback(), state: 's' };
    const url = `${t.origins.mvpd}/Spectrum/oauth2/authorize?${new URLSearchParams(query)}`;
    expect(backOf(await stepwise().open(url)).search).toBe('?error=unsupported_response_type&state=s');
  });

  test('a code that was used before', async () => {
    const { back } = await signIn();
    expect((await redeem(back)).status).toBe(200);
    expect(await redeem(back)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('a code after its minute', async () => {
    const { back } = await signIn();
    await t.clock.advance(60_000);
    expect(await redeem(back)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('a code with another redirect URI', async () => {
    const { back } = await signIn();
    expect(await redeem(back, 'https://evil.example/')).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test('a client with another secret', async () => {
    const { back } = await signIn();
    const grant = { grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '' };
    expect(await askTokens(grant, basic('guessed'))).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect((await askTokens(grant, '')).status).toBe(401);
  });

  test('another grant', async () => {
    expect(await askTokens({ grant_type: 'password' })).toMatchObject({
      body: { error: 'unsupported_grant_type' },
    });
  });

  test('login_required: no login at Adobe', async () => {
    const url = `${callback()}?${new URLSearchParams({ state: 's', code: 'guessed' })}`;
    await expect(t.comeBack(url)).rejects.toMatchObject({
      error: { code: 'invalid_authentication_session' },
    });
    const denied = `${callback()}?${new URLSearchParams({ state: 's', error: 'access_denied' })}`;
    await expect(t.comeBack(denied)).rejects.toMatchObject({
      error: { code: 'invalid_authentication_session', details: 'the MVPD answered access_denied' },
    });
  });
});

test('logout ends the browser’s session and redirects back', async () => {
  const { browser } = await signIn();
  const step = await t.oauth.signOut({
    mvpd: t.mvpdNamed('Spectrum'),
    serviceProvider: 'REF30',
    request: 'r'.repeat(43),
    subscriber: { userId, session: null },
  });
  const back = backOf(await browser.open(step.url));
  expect(back.href).toBe(`${t.origins.adobe}/adobe-services/oauth2/logout-return?state=${'r'.repeat(43)}`);
  expect((await t.arrive('Spectrum', { browser })).page.html).toContain('Sign in to Spectrum');
  expect(
    (await browser.open(step.url.replace(/return_uri=[^&]*/, 'return_uri=https://evil.example'))).status,
  ).toBe(400);
});
