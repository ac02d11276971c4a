import got from 'got';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { request } from '#src/client/request';
import { defaultFixtures } from '#src/default-fixtures';
import { createGoogle } from '#src/identity/google/google';
import type { Clock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { arrival, callbackOf, gatewayOrigin, hasLeft, startParty } from './start-party.ts';

const { clientId, clientSecret } = defaultFixtures.clients.google;
const verifier = 'a-code-verifier-that-is-long-enough-for-rfc-7636';

const startGoogle = (clock?: Clock) => startParty(createGoogle, clock);

const authorizeUrl = async (origin: string, more: Record<string, string> = {}) => {
  const url = new URL('/o/oauth2/v2/auth', origin);
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: callbackOf('google'),
    response_type: 'code',
    scope: 'openid email profile',
    state: 'some state',
    nonce: 'some-nonce',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  }).toString();
  return url;
};

const signIn = async (origin: string, more?: Record<string, string>) => {
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(await authorizeUrl(origin, more));
  await browser.submit({ button: 'Ana Lima' });
  await browser.submit({ fill: { password: 'ana-password' } });
  return browser;
};

const redeem = async (origin: string, form: Record<string, string>) => {
  const { status, body } = await request({
    method: 'POST',
    url: `${origin}/token`,
    form: {
      grant_type: 'authorization_code',
      redirect_uri: callbackOf('google'),
      client_id: clientId,
      client_secret: clientSecret,
      code_verifier: verifier,
      ...form,
    },
  });
  return { status, body: body as Record<string, string> };
};

const codeOf = (url: URL) => url.searchParams.get('code') ?? '';

test('a viewer chooses an account, types the password and goes back with a code', async () => {
  await using google = await startGoogle();
  const browser = await signIn(google.origin);
  const { code, ...rest } = Object.fromEntries(arrival(browser).searchParams);
  expect(code).toMatch(/^4\/0A/);
  expect(rest).toMatchObject({
    state: 'some state',
    iss: google.origin,
    hd: 'viewers.example',
    scope: expect.stringContaining('https://www.googleapis.com/auth/userinfo.email'),
  });

  const { status, body } = await redeem(google.origin, { code: codeOf(arrival(browser)) });
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
  const keys = createRemoteJWKSet(new URL(`${google.origin}/oauth2/v3/certs`));
  const { payload } = await jwtVerify(body['id_token'] ?? '', keys);
  expect(payload).toMatchObject({
    iss: new URL(google.origin).host,
    azp: clientId,
    aud: clientId,
    sub: expect.stringMatching(/^\d+$/),
    hd: 'viewers.example',
    email: 'ana@viewers.example',
    email_verified: true,
    name: 'Ana Lima',
    nonce: 'some-nonce',
    at_hash: expect.stringMatching(/^[\w-]{22}$/),
  });
});

test('openid-client stumbles over the bare issuer, and is content with the URL', async () => {
  await using google = await startGoogle();
  const config = await client.discovery(new URL(google.origin), clientId, clientSecret, undefined, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
  const checks = { pkceCodeVerifier: verifier, expectedState: 'some state', expectedNonce: 'some-nonce' };
  const grant = (callback: URL) => client.authorizationCodeGrant(config, callback, { ...checks });

  const refused = await signIn(google.origin);
  await expect(grant(arrival(refused))).rejects.toMatchObject({ code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });

  google.party.switches.issuerForm = 'url';
  const accepted = await signIn(google.origin);
  const tokens = await grant(arrival(accepted));
  const sub = tokens.claims()?.sub ?? '';
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub);
  expect(userinfo).toMatchObject({
    email: 'ana@viewers.example',
    email_verified: true,
    hd: 'viewers.example',
  });

  google.party.reset();
  expect(google.party.switches.issuerForm).toBe('bare');
  await expect(client.fetchUserInfo(config, tokens.access_token, sub)).rejects.toMatchObject({ status: 401 });
});

test('discovery names neither a logout endpoint nor the iss that answers carry', async () => {
  await using google = await startGoogle();
  const discovery = await got(`${google.origin}/.well-known/openid-configuration`).json<object>();
  expect(discovery).toHaveProperty('issuer', google.origin);
  expect(discovery).not.toHaveProperty('end_session_endpoint');
  expect(discovery).not.toHaveProperty('authorization_response_iss_parameter_supported');
});

test('the secret may come by Basic authentication', async () => {
  await using google = await startGoogle();
  const arrived = arrival(await signIn(google.origin));
  const body = await got
    .post(`${google.origin}/token`, {
      username: encodeURIComponent(clientId),
      password: encodeURIComponent(clientSecret),
      form: {
        grant_type: 'authorization_code',
        code: codeOf(arrived),
        redirect_uri: callbackOf('google'),
        code_verifier: verifier,
      },
    })
    .json();
  expect(body).toHaveProperty('id_token');
});

test('a browser that is signed in passes without a page, unless another account is wanted', async () => {
  await using google = await startGoogle();
  const browser = await signIn(google.origin);
  await browser.open(await authorizeUrl(google.origin));
  expect(arrival(browser).searchParams.get('prompt')).toBe('none');

  await browser.open(await authorizeUrl(google.origin, { prompt: 'select_account' }));
  expect(browser.page.text).toContain('Choose an account');
  await browser.open(await authorizeUrl(google.origin, { login_hint: 'ben@viewers.example' }));
  expect(browser.page.text).toContain('Hi Ben Okoro');

  const stranger = createBrowser({ stopsAt: [gatewayOrigin] });
  await stranger.open(await authorizeUrl(google.origin, { prompt: 'none' }));
  expect(arrival(stranger).searchParams.get('error')).toBe('interaction_required');
});

test('a browser is forgotten after two weeks', async () => {
  const clock = createManualClock();
  await using google = await startGoogle(clock);
  const browser = await signIn(google.origin);
  await clock.advance(14 * 86_400_000);
  await browser.open(await authorizeUrl(google.origin));
  expect(hasLeft(browser)).toBe(false);
});

test('a wrong password asks again, cancelling goes back without a code', async () => {
  await using google = await startGoogle();
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(await authorizeUrl(google.origin));
  await browser.submit({ button: 'Ana Lima' });
  await browser.submit({ fill: { password: 'ben-password' } });
  expect(hasLeft(browser)).toBe(false);
  expect(browser.page.text).toContain('Wrong password');

  await browser.submit({ button: 'Cancel' });
  expect(arrival(browser).searchParams.get('error')).toBe('access_denied');
  expect(arrival(browser).searchParams.has('code')).toBe(false);
});

test.each([
  ['redirect_uri_mismatch', 400, { redirect_uri: 'http://evil.example/callback/google' }],
  ['redirect_uri_mismatch', 400, { redirect_uri: `${callbackOf('google')}?x=1` }],
  ['invalid_client', 401, { client_id: 'somebody-else' }],
  ['invalid_request', 400, { response_type: 'token' }],
  ['invalid_request', 400, { scope: '' }],
])('%s is shown, never sent', async (error, status, parameters: Record<string, string>) => {
  await using google = await startGoogle();
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(await authorizeUrl(google.origin, parameters));
  expect(browser.page.status).toBe(status);
  expect(browser.page.text).toContain(error);
});

test.each([
  [{ code_verifier: 'wrong' }, 400, 'invalid_grant', 'Invalid code verifier.'],
  [{ code_verifier: '' }, 400, 'invalid_grant', 'Missing code verifier.'],
  [{ redirect_uri: callbackOf('dtc') }, 400, 'redirect_uri_mismatch', 'Bad Request'],
  [{ client_secret: 'wrong' }, 401, 'invalid_client', 'The provided client secret is invalid.'],
  [{ client_secret: '' }, 400, 'invalid_request', 'client_secret is missing.'],
  [{ client_id: 'somebody-else' }, 401, 'invalid_client', 'The OAuth client was not found.'],
  [{ code: 'made-up' }, 400, 'invalid_grant', 'Malformed auth code.'],
  [{ grant_type: 'password' }, 400, 'unsupported_grant_type', 'Invalid grant_type: password'],
])('redeeming with %o is refused', async (wrong: Record<string, string>, status, error, description) => {
  await using google = await startGoogle();
  const code = codeOf(arrival(await signIn(google.origin)));
  const answer = await redeem(google.origin, { code, ...wrong });
  expect(answer).toEqual({ status, body: { error, error_description: description } });
  // The code itself was not spoilt by the attempt.
  expect((await redeem(google.origin, { code })).status).toBe(200);
});

test('a code works once, and for a minute', async () => {
  const clock = createManualClock();
  await using google = await startGoogle(clock);
  const code = codeOf(arrival(await signIn(google.origin)));
  expect((await redeem(google.origin, { code })).status).toBe(200);
  expect(await redeem(google.origin, { code })).toMatchObject({ body: { error: 'invalid_grant' } });

  const stale = codeOf(arrival(await signIn(google.origin)));
  await clock.advance(60_000);
  expect(await redeem(google.origin, { code: stale })).toMatchObject({ body: { error: 'invalid_grant' } });
});

test('without the e-mail scope no address is told', async () => {
  await using google = await startGoogle();
  const arrived = arrival(await signIn(google.origin, { scope: 'openid' }));
  const { body } = await redeem(google.origin, { code: codeOf(arrived) });
  const claims = decodeJwt(body['id_token'] ?? '');
  for (const claim of ['email', 'email_verified', 'hd', 'name']) expect(claims).not.toHaveProperty(claim);
});

test('minted tokens look like those of an SDK, and the key outlives a restart', async () => {
  await using before = await startGoogle();
  const claims = { azp: 'ios.apps.googleusercontent.example' };
  const idToken = await before.party.mintIdToken({ user: 'chloe', nonce: 'n', expiresIn: 60, claims });

  await using after = await startGoogle();
  after.party.restore(before.party.snapshot());
  const keys = createRemoteJWKSet(new URL(`${after.origin}/oauth2/v3/certs`));
  const { payload } = await jwtVerify(idToken, keys);
  expect(payload).toMatchObject({ ...claims, aud: clientId, nonce: 'n', email: 'chloe@viewers.example' });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
  await expect(before.party.mintIdToken({ user: 'nobody' })).rejects.toMatchObject({ field: 'user' });
});
