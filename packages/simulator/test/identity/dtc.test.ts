import got from 'got';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { defaultFixtures } from '#src/default-fixtures';
import { createDtc } from '#src/identity/dtc/dtc';
import type { Clock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { arrival, callbackOf, gatewayOrigin, hasLeft, startParty } from './start-party.ts';

const { clientId, clientSecret } = defaultFixtures.clients.dtc;

const startDtc = async (clock?: Clock) => {
  const world = await startParty(createDtc, clock);
  const config = await client.discovery(
    new URL(world.origin),
    clientId,
    { id_token_signed_response_alg: 'RS256' },
    client.ClientSecretBasic(clientSecret),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  );
  return Object.assign(world, { config });
};

const authorization = async (config: client.Configuration, more: Record<string, string> = {}) => {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callbackOf('dtc'),
    scope: 'openid email profile',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url, checks };
};

const signInAsAna = async (config: client.Configuration) => {
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  const { url, checks } = await authorization(config);
  await browser.open(url);
  await browser.submit({ fill: { username: 'ana@viewers.example', password: 'ana-password' } });
  return { browser, checks };
};

test('a viewer signs in with code, PKCE and nonce', async () => {
  await using dtc = await startDtc();
  const { browser, checks } = await signInAsAna(dtc.config);
  expect(arrival(browser).searchParams.get('iss')).toBe(dtc.origin);

  const tokens = await client.authorizationCodeGrant(dtc.config, arrival(browser), checks);

  expect(tokens.claims()).toMatchObject({
    iss: dtc.origin,
    sub: 'dtc-ana',
    aud: clientId,
    email: 'ana@viewers.example',
    email_verified: true,
    name: 'Ana Lima',
  });
  const userinfo = await client.fetchUserInfo(dtc.config, tokens.access_token, 'dtc-ana');
  expect(userinfo.email).toBe('ana@viewers.example');
});

test('the browser stays signed in, each viewer in their own', async () => {
  await using dtc = await startDtc();
  const { browser } = await signInAsAna(dtc.config);
  const again = await authorization(dtc.config);
  await browser.open(again.url);
  const tokens = await client.authorizationCodeGrant(dtc.config, arrival(browser), again.checks);
  expect(tokens.claims()?.sub).toBe('dtc-ana');

  const other = createBrowser({ stopsAt: [gatewayOrigin] });
  await other.open((await authorization(dtc.config)).url);
  expect(hasLeft(other)).toBe(false);

  dtc.party.reset();
  await browser.open((await authorization(dtc.config)).url);
  expect(hasLeft(browser)).toBe(false);
});

test('cookies carry names of its own', async () => {
  await using dtc = await startDtc();
  const { browser } = await signInAsAna(dtc.config);
  expect(browser.cookies().length).toBeGreaterThan(0);
  for (const { name } of browser.cookies()) expect(name).toMatch(/^dtc_/);
});

test('a wrong password stays on the page, cancelling goes back', async () => {
  await using dtc = await startDtc();
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open((await authorization(dtc.config)).url);
  await browser.submit({ fill: { username: 'ana', password: 'ben-password' } });
  expect(hasLeft(browser)).toBe(false);
  expect(browser.page.text).toContain('E-mail or password is wrong.');
  expect(browser.page.headers['content-security-policy']).toContain("default-src 'none'");

  await browser.submit({ button: 'Cancel' });
  expect(arrival(browser).searchParams.get('error')).toBe('access_denied');
  expect(arrival(browser).searchParams.get('iss')).toBe(dtc.origin);
});

test('a code works once, also when it is redeemed twice at the same time', async () => {
  await using dtc = await startDtc();
  const { browser, checks } = await signInAsAna(dtc.config);
  const redeem = () => client.authorizationCodeGrant(dtc.config, arrival(browser), { ...checks });
  const results = await Promise.allSettled(Array.from({ length: 8 }, redeem));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(redeem()).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('a wrong verifier redeems nothing', async () => {
  await using dtc = await startDtc();
  const { browser, checks } = await signInAsAna(dtc.config);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  await expect(
    client.authorizationCodeGrant(dtc.config, arrival(browser), { ...checks, pkceCodeVerifier }),
  ).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('an unknown redirect URI ends on an error page', async () => {
  await using dtc = await startDtc();
  for (const redirect_uri of [
    `${callbackOf('dtc')}/`,
    callbackOf('google'),
    'http://evil.example/callback/dtc',
  ]) {
    const browser = createBrowser({ stopsAt: [gatewayOrigin] });
    await browser.open((await authorization(dtc.config, { redirect_uri })).url);
    expect(browser.page.status).toBe(400);
    expect(browser.page.text).toContain('redirect_uri');
  }
});

test('a sign-in without PKCE is refused', async () => {
  await using dtc = await startDtc();
  const { url } = await authorization(dtc.config);
  url.searchParams.delete('code_challenge');
  url.searchParams.delete('code_challenge_method');
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(url);
  expect(arrival(browser).searchParams.get('error')).toBe('invalid_request');
});

test('an interaction of another browser is over', async () => {
  await using dtc = await startDtc();
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open((await authorization(dtc.config)).url);
  const thief = createBrowser({ stopsAt: [gatewayOrigin] });
  await thief.open(browser.page.url);
  expect(thief.page.status).toBe(400);
  expect(thief.page.text).toContain('This sign-in has ended');
});

test('the Host header changes nothing in discovery', async () => {
  await using dtc = await startDtc();
  const discovery = await got(`${dtc.origin}/.well-known/openid-configuration`, {
    headers: { host: 'evil.example' },
  }).json<Record<string, unknown>>();
  expect(discovery['token_endpoint']).toBe(`${dtc.origin}/token`);
  expect(JSON.stringify(discovery)).not.toContain('evil');
});

test('minted tokens follow the clock of the world and take any claims', async () => {
  const clock = createManualClock();
  await using dtc = await startParty(createDtc, clock);
  const keys = createRemoteJWKSet(new URL(`${dtc.origin}/jwks`));
  const idToken = await dtc.party.mintIdToken({
    user: 'ben',
    nonce: 'n',
    claims: { email: null, x: 1 },
  });
  const { payload } = await jwtVerify(idToken, keys, { currentDate: new Date(clock.now()) });
  expect(payload).toEqual({
    iss: dtc.origin,
    sub: 'dtc-ben',
    aud: clientId,
    nonce: 'n',
    iat: clock.now() / 1000,
    exp: clock.now() / 1000 + 3600,
    email_verified: true,
    name: 'Ben Okoro',
    x: 1,
  });
  await expect(dtc.party.mintIdToken({ user: 'nobody' })).rejects.toMatchObject({ field: 'user' });
});

test('a viewer signs in at the time of the world', async () => {
  const clock = createManualClock();
  await using dtc = await startDtc(clock);
  const { browser, checks } = await signInAsAna(dtc.config);
  const { id_token } = await got
    .post(`${dtc.origin}/token`, {
      username: clientId,
      password: clientSecret,
      form: {
        grant_type: 'authorization_code',
        code: arrival(browser).searchParams.get('code'),
        redirect_uri: callbackOf('dtc'),
        code_verifier: checks.pkceCodeVerifier,
      },
    })
    .json<{ id_token: string }>();
  const keys = createRemoteJWKSet(new URL(`${dtc.origin}/jwks`));
  const { payload } = await jwtVerify(id_token, keys, { currentDate: new Date(clock.now()) });
  expect(payload).toMatchObject({ iss: dtc.origin, sub: 'dtc-ana', email: 'ana@viewers.example' });
});

test('the signing key outlives a restart', async () => {
  await using before = await startParty(createDtc);
  const idToken = await before.party.mintIdToken({ user: 'ana' });

  await using after = await startDtc();
  after.party.restore(before.party.snapshot());
  const keys = createRemoteJWKSet(new URL(`${after.origin}/jwks`));
  await expect(jwtVerify(idToken, keys)).resolves.toBeDefined();
  const { browser, checks } = await signInAsAna(after.config);
  const tokens = await client.authorizationCodeGrant(after.config, arrival(browser), checks);
  expect(decodeProtectedHeader(tokens.id_token ?? '').kid).toBe(decodeProtectedHeader(idToken).kid);
});

test('requests have names', async () => {
  await using dtc = await startParty(createDtc);
  const name = (method: string, path: string) => dtc.party.operationOf(method, path);
  expect(name('GET', '/.well-known/openid-configuration')).toBe('discovery');
  expect(name('GET', '/authorize')).toBe('authorize');
  expect(name('GET', '/authorize/some-uid')).toBe('resume');
  expect(name('GET', '/interaction/some-uid')).toBe('login_page');
  expect(name('POST', '/interaction/some-uid')).toBe('login');
  expect(name('POST', '/token')).toBe('token');
  expect(name('GET', '/elsewhere')).toBe('unknown');
});
