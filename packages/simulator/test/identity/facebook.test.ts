import { createHmac } from 'node:crypto';
import got from 'got';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { defaultFixtures } from '#src/default-fixtures';
import { createFacebook } from '#src/identity/facebook/facebook';
import type { Clock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { arrival, callbackOf, gatewayOrigin, hasLeft, startParty } from './start-party.ts';

const { clientId, clientSecret } = defaultFixtures.clients.facebook;
const appToken = `${clientId}|${clientSecret}`;
const verifier = 'a-code-verifier-that-is-long-enough-for-rfc-7636';
const ana = defaultFixtures.users.find(({ id }) => id === 'ana')?.facebook;

const startFacebook = (clock?: Clock) => startParty(createFacebook, clock);

const dialogUrl = async (origin: string, more: Record<string, string> = {}) => {
  const url = new URL('/v23.0/dialog/oauth', origin);
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: callbackOf('facebook'),
    scope: 'openid,email',
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
  await browser.open(await dialogUrl(origin, more));
  await browser.submit({ fill: { username: 'ana@viewers.example', password: 'ana-password' } });
  return browser;
};

/** Every member that an answer of Graph may have. */
interface GraphAnswer {
  readonly access_token: string;
  readonly id_token: string;
  readonly error: { readonly error_subcode: number };
  readonly [member: string]: unknown;
}

const graph = async (origin: string, path: string, query: Record<string, string>) => {
  const answer = await got(`${origin}${path}`, {
    searchParams: query,
    throwHttpErrors: false,
    responseType: 'json',
  });
  return { status: answer.statusCode, body: answer.body as GraphAnswer };
};

const redeem = (origin: string, more: Record<string, string>) =>
  graph(origin, '/v23.0/oauth/access_token', {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: callbackOf('facebook'),
    code_verifier: verifier,
    ...more,
  });

const codeOf = (url: URL) => url.searchParams.get('code') ?? '';

const proof = (accessToken: string, secret = clientSecret) =>
  createHmac('sha256', secret).update(accessToken).digest('hex');

test('a viewer logs in and comes back with a code and a tail', async () => {
  await using facebook = await startFacebook();
  const arrived = arrival(await signIn(facebook.origin));
  expect(arrived.hash).toBe('#_=_');
  expect(arrived.searchParams.get('state')).toBe('some state');

  const { body } = await redeem(facebook.origin, { code: codeOf(arrived) });
  expect(body).toMatchObject({ token_type: 'bearer', expires_in: expect.any(Number) });
  const keys = createRemoteJWKSet(new URL(`${facebook.origin}/.well-known/oauth/openid/jwks/`));
  const { payload } = await jwtVerify(body.id_token, keys, { issuer: facebook.origin, audience: clientId });
  expect(payload).toMatchObject({
    sub: ana?.id,
    email: ana?.email,
    nonce: 'some-nonce',
    jti: expect.any(String),
  });
  expect(payload).not.toHaveProperty('email_verified');
});

test('openid-client takes it once it is told where the token endpoint is', async () => {
  await using facebook = await startFacebook();
  const metadata = await got(`${facebook.origin}/.well-known/openid-configuration/`).json<
    client.ServerMetadata & Record<string, unknown>
  >();
  expect(metadata).toMatchObject({ issuer: facebook.origin });
  expect(metadata).not.toHaveProperty('token_endpoint');

  const token_endpoint = `${facebook.origin}/v23.0/oauth/access_token`;
  const config = new client.Configuration({ ...metadata, token_endpoint }, clientId, clientSecret);
  client.allowInsecureRequests(config);
  client.enableNonRepudiationChecks(config);
  const arrived = arrival(await signIn(facebook.origin));
  const checks = { pkceCodeVerifier: verifier, expectedState: 'some state', expectedNonce: 'some-nonce' };
  const tokens = await client.authorizationCodeGrant(config, arrived, { ...checks });
  expect(tokens.claims()?.sub).toBe(ana?.id);

  await expect(client.authorizationCodeGrant(config, arrived, { ...checks })).rejects.toMatchObject({
    code: 'OAUTH_RESPONSE_IS_NOT_CONFORM',
  });
});

test('an ID token comes only with openid, and only while it is switched on', async () => {
  await using facebook = await startFacebook();
  const plain = await signIn(facebook.origin, { scope: 'email' });
  expect((await redeem(facebook.origin, { code: codeOf(arrival(plain)) })).body).not.toHaveProperty(
    'id_token',
  );

  facebook.party.switches.idTokenInCodeFlow = false;
  const arrived = arrival(await signIn(facebook.origin));
  const { body } = await redeem(facebook.origin, { code: codeOf(arrived) });
  expect(body).toHaveProperty('access_token');
  expect(body).not.toHaveProperty('id_token');

  facebook.party.reset();
  expect(facebook.party.switches.idTokenInCodeFlow).toBe(true);
});

test('answers of Graph name the version that served them, errors included', async () => {
  await using facebook = await startFacebook();
  const versionOf = async (path: string) =>
    (await got(`${facebook.origin}${path}`, { throwHttpErrors: false })).headers['facebook-api-version'];
  expect(await versionOf('/v22.0/debug_token')).toBe('v22.0');
  expect(await versionOf('/me')).toBe('v23.0');
});

test('debug_token tells an app whose token it is', async () => {
  await using facebook = await startFacebook();
  const arrived = arrival(await signIn(facebook.origin));
  const { body } = await redeem(facebook.origin, { code: codeOf(arrived) });
  const debug = (input_token: string, access_token = appToken) =>
    graph(facebook.origin, '/v23.0/debug_token', { input_token, access_token });

  expect((await debug(body.access_token)).body.data).toMatchObject({
    app_id: clientId,
    type: 'USER',
    is_valid: true,
    user_id: ana?.id,
    expires_at: expect.any(Number),
    scopes: ['openid', 'email', 'public_profile'],
  });
  expect((await debug('made-up')).body.data).toMatchObject({ is_valid: false, error: { code: 190 } });
  expect(await debug(body.access_token, `${clientId}|wrong`)).toMatchObject({
    status: 400,
    body: { error: { type: 'OAuthException', code: 190, fbtrace_id: expect.any(String) } },
  });
});

test('a token of another app names that app, or is refused', async () => {
  await using facebook = await startFacebook();
  const foreign = await facebook.party.mintAccessToken({ user: 'ana', audience: '666' });
  const debug = () =>
    graph(facebook.origin, '/debug_token', { input_token: foreign, access_token: appToken });
  expect((await debug()).body.data).toMatchObject({ app_id: '666', is_valid: true });

  facebook.party.switches.debugsOtherApps = false;
  expect(await debug()).toMatchObject({ status: 400, body: { error: { code: 100 } } });
});

test('an access token runs out', async () => {
  const clock = createManualClock();
  await using facebook = await startFacebook(clock);
  const input_token = await facebook.party.mintAccessToken({ user: 'ana', expiresIn: 60 });
  await clock.advance(60_000);
  const debug = await graph(facebook.origin, '/debug_token', { input_token, access_token: appToken });
  expect(debug.body.data).toMatchObject({ is_valid: false, error: { code: 190, subcode: 463 } });
  const me = await graph(facebook.origin, '/me', { access_token: input_token });
  expect(me.body.error).toMatchObject({ code: 190, error_subcode: 463 });
});

test('me gives the fields asked for, and checks a proof that is sent', async () => {
  await using facebook = await startFacebook();
  const access_token = await facebook.party.mintAccessToken({ user: 'ana' });
  const me = (more: Record<string, string>) =>
    graph(facebook.origin, '/v23.0/me', { access_token, fields: 'id,name,email', ...more });

  const everything = { id: ana?.id, name: 'Ana Lima', email: ana?.email };
  expect((await me({ appsecret_proof: proof(access_token) })).body).toEqual(everything);
  expect((await me({})).body).toEqual(everything);
  expect((await me({ fields: 'name' })).body).toEqual({ id: ana?.id, name: 'Ana Lima' });
  expect(await me({ appsecret_proof: proof(access_token, 'wrong') })).toMatchObject({
    status: 400,
    body: { error: { type: 'GraphMethodException', code: 100 } },
  });
  expect((await me({ fields: 'shoe_size' })).body.error).toMatchObject({ code: 100 });
  expect((await me({ access_token: 'made-up' })).body.error).toMatchObject({ code: 190 });
});

test('a user may be without an e-mail address', async () => {
  await using facebook = await startFacebook();
  facebook.party.switches.usersWithoutEmail = ['ana'];
  const access_token = await facebook.party.mintAccessToken({ user: 'ana' });
  const { body } = await graph(facebook.origin, '/me', { access_token, fields: 'id,email' });
  expect(body).toEqual({ id: ana?.id });
  expect(decodeJwt(await facebook.party.mintIdToken({ user: 'ana' }))).not.toHaveProperty('email');
  expect(decodeJwt(await facebook.party.mintIdToken({ user: 'ben' }))).toHaveProperty('email');
});

test('a wrong password asks again, cancelling goes back without a code', async () => {
  await using facebook = await startFacebook();
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(await dialogUrl(facebook.origin));
  await browser.submit({ fill: { username: '"><b>ana', password: 'wrong' } });
  expect(hasLeft(browser)).toBe(false);
  expect(browser.page.text).toContain('incorrect');
  expect(browser.page.root.querySelector('main b')).toBeNull();

  await browser.submit({ button: 'Cancel' });
  expect(Object.fromEntries(arrival(browser).searchParams)).toMatchObject({
    error: 'access_denied',
    error_reason: 'user_denied',
    state: 'some state',
  });
});

test('a browser that is logged in passes, unless it must log in again', async () => {
  await using facebook = await startFacebook();
  const browser = await signIn(facebook.origin);
  await browser.open(await dialogUrl(facebook.origin));
  expect(codeOf(arrival(browser))).not.toBe('');
  await browser.open(await dialogUrl(facebook.origin, { auth_type: 'reauthenticate' }));
  expect(hasLeft(browser)).toBe(false);
});

test.each([
  ['URL Blocked', { redirect_uri: 'http://evil.example/callback/facebook' }],
  ['Invalid App ID', { client_id: '666' }],
  ['Invalid parameter', { response_type: 'token' }],
])('%s is shown, never sent', async (text, parameters: Record<string, string>) => {
  await using facebook = await startFacebook();
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(await dialogUrl(facebook.origin, parameters));
  expect(browser.page.status).toBe(400);
  expect(browser.page.text).toContain(text);
});

test.each([
  [{ code_verifier: 'wrong' }, { code: 100 }],
  [{ redirect_uri: callbackOf('dtc') }, { code: 100, error_subcode: 36008 }],
  [{ client_secret: 'wrong' }, { code: 1 }],
  [{ client_id: '666' }, { code: 101 }],
  [{ code: 'made-up' }, { code: 100 }],
])('redeeming with %o is refused', async (wrong: Record<string, string>, error) => {
  await using facebook = await startFacebook();
  const code = codeOf(arrival(await signIn(facebook.origin)));
  const answer = await redeem(facebook.origin, { code, ...wrong });
  expect(answer).toMatchObject({ status: 400, body: { error: { ...error, type: 'OAuthException' } } });
  // The code itself was not spoilt by the attempt.
  expect((await redeem(facebook.origin, { code })).status).toBe(200);
});

test('a code works once, for ten minutes, by GET and by POST', async () => {
  const clock = createManualClock();
  await using facebook = await startFacebook(clock);
  const form = {
    client_id: clientId,
    redirect_uri: callbackOf('facebook'),
    code_verifier: verifier,
    code: codeOf(arrival(await signIn(facebook.origin))),
  };
  // The verifier stands in for the secret.
  const tokens = await got.post(`${facebook.origin}/oauth/access_token`, { form }).json();
  expect(tokens).toHaveProperty('access_token');
  expect((await redeem(facebook.origin, { code: form.code })).body.error.error_subcode).toBe(36009);

  const stale = codeOf(arrival(await signIn(facebook.origin)));
  await clock.advance(600_000);
  expect((await redeem(facebook.origin, { code: stale })).body.error.error_subcode).toBe(36007);
});

test('a code asked for without PKCE needs the secret', async () => {
  await using facebook = await startFacebook();
  const url = await dialogUrl(facebook.origin);
  url.searchParams.delete('code_challenge');
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(url);
  await browser.submit({ fill: { username: 'ana', password: 'ana-password' } });
  const form = {
    client_id: clientId,
    redirect_uri: callbackOf('facebook'),
    code_verifier: verifier,
    code: codeOf(arrival(browser)),
  };
  const refused = await graph(facebook.origin, '/oauth/access_token', form);
  expect(refused.body.error).toMatchObject({ code: 1 });
  expect((await redeem(facebook.origin, { code: form.code })).status).toBe(200);
});

test('the key outlives a restart', async () => {
  await using before = await startFacebook();
  const idToken = await before.party.mintIdToken({ user: 'ana', audience: 'another-app' });
  await using after = await startFacebook();
  after.party.restore(before.party.snapshot());
  const keys = createRemoteJWKSet(new URL(`${after.origin}/.well-known/oauth/openid/jwks/`));
  await expect(jwtVerify(idToken, keys, { audience: 'another-app' })).resolves.toBeDefined();
});

test('requests have names, whatever the version', async () => {
  await using facebook = await startFacebook();
  const name = (method: string, path: string) => facebook.party.operationOf(method, path);
  expect(name('GET', '/dialog/oauth/')).toBe('authorize');
  expect(name('POST', '/v23.0/dialog/oauth')).toBe('login');
  expect(name('GET', '/v4.1/oauth/access_token')).toBe('token');
  expect(name('GET', '/v23.0/debug_token')).toBe('debug_token');
  expect(name('GET', '/me')).toBe('me');
  expect(name('GET', '/versionless/me')).toBe('unknown');
});
