import { createRemoteJWKSet, decodeJwt, importPKCS8, jwtVerify, SignJWT } from 'jose';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { request } from '#src/client/request';
import { defaultFixtures } from '#src/default-fixtures';
import { createApple } from '#src/identity/apple/apple';
import { type Clock, systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { arrival, callbackOf, gatewayOrigin, startParty } from './start-party.ts';

const { clientId, teamId, keyId, privateKey } = defaultFixtures.clients.apple;
const users = Object.fromEntries(defaultFixtures.users.map((user) => [user.id, user.apple]));

const secretFor = async (origin: string, clock: Clock, { exp = 300, kid = keyId, iss = teamId } = {}) => {
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT({ iss, sub: clientId, aud: origin, iat: now, exp: now + exp })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(await importPKCS8(privateKey, 'ES256'));
};

const startApple = async (clock: Clock = systemClock) => {
  const world = await startParty(createApple, clock);
  const { origin } = world;
  const authorizeUrl = (more: Record<string, string> = {}) => {
    const url = new URL('/auth/authorize', origin);
    url.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: callbackOf('apple'),
      response_type: 'code',
      response_mode: 'form_post',
      scope: 'openid name email',
      state: 'some state',
      nonce: 'some-nonce',
      ...more,
    }).toString();
    return url;
  };
  /** What the form on the last page would bring to the client. */
  const posted = (browser: ReturnType<typeof createBrowser>) => {
    const form = browser.page.root.querySelector('form');
    expect(form?.getAttribute('action')).toBe(callbackOf('apple'));
    const inputs = form?.querySelectorAll('input[type=hidden]') ?? [];
    return Object.fromEntries(inputs.map((i) => [i.getAttribute('name'), i.getAttribute('value') ?? '']));
  };
  const signIn = async (user: string, choice: Record<string, string> = {}, more?: Record<string, string>) => {
    const browser = createBrowser({ stopsAt: [gatewayOrigin] });
    await browser.open(authorizeUrl(more));
    await browser.submit({ fill: { username: `${user}@viewers.example`, password: `${user}-password` } });
    await browser.submit({ fields: choice, button: 'Continue' });
    return browser;
  };
  const token = async (form: Record<string, string>) => {
    const { status, body } = await request({
      method: 'POST',
      url: `${origin}/auth/token`,
      form: {
        client_id: clientId,
        client_secret: await secretFor(origin, clock),
        grant_type: 'authorization_code',
        redirect_uri: callbackOf('apple'),
        ...form,
      },
    });
    return { status, body: body as Record<string, string> };
  };
  return Object.assign(world, { authorizeUrl, posted, signIn, token });
};

test('the first sign-in brings the name in a form, the ID token everything else', async () => {
  await using apple = await startApple();
  const browser = await apple.signIn('ana', { email: 'share' });
  const { code = '', state, user = '' } = apple.posted(browser);
  expect(state).toBe('some state');
  expect(JSON.parse(user)).toEqual({
    name: { firstName: 'Ana', lastName: 'Lima' },
    email: 'ana@viewers.example',
  });

  const { status, body } = await apple.token({ code });
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) });
  const keys = createRemoteJWKSet(new URL(`${apple.origin}/auth/keys`));
  const { payload } = await jwtVerify(body['id_token'] ?? '', keys, {
    issuer: apple.origin,
    audience: clientId,
  });
  expect(payload).toMatchObject({
    sub: users['ana']?.subject,
    email: 'ana@viewers.example',
    email_verified: 'true',
    nonce: 'some-nonce',
    nonce_supported: true,
    at_hash: expect.any(String),
    auth_time: expect.any(Number),
  });
  expect(payload.exp).toBe((payload.iat ?? 0) + 86_400);
  for (const claim of ['name', 'is_private_email']) expect(payload).not.toHaveProperty(claim);
});

test('the name is told once; whoever revokes consent is new again', async () => {
  await using apple = await startApple();
  await apple.signIn('ana');
  const again = await apple.signIn('ana');
  expect(apple.posted(again)).not.toHaveProperty('user');
  await apple.party.sendEvent({ kind: 'consent-revoked', user: 'ana', to: 'http://127.0.0.1:1/' });
  expect(apple.posted(await apple.signIn('ana'))).toHaveProperty('user');
});

test('a hidden address is a relay, and stays one', async () => {
  await using apple = await startApple();
  const claimsOf = async (browser: Awaited<ReturnType<typeof apple.signIn>>) => {
    const { body } = await apple.token({ code: apple.posted(browser)['code'] ?? '' });
    return decodeJwt(body['id_token'] ?? '');
  };
  const hidden = await claimsOf(await apple.signIn('ana', { email: 'hide' }));
  expect(hidden).toMatchObject({ email: users['ana']?.relayEmail, is_private_email: 'true' });
  expect(await claimsOf(await apple.signIn('ana', { email: 'share' }))).toMatchObject({
    email: hidden['email'],
  });

  apple.party.changeSwitches({ stringBooleans: false });
  const chloe = await apple.signIn('chloe', {});
  expect(await claimsOf(chloe)).toMatchObject({ is_private_email: expect.anything(), email_verified: true });
});

test('openid-client signs in with a signed secret', async () => {
  await using apple = await startApple();
  const config = await client.discovery(
    new URL(apple.origin),
    clientId,
    { id_token_signed_response_alg: 'RS256' },
    client.ClientSecretPost(await secretFor(apple.origin, systemClock)),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  );
  expect(config.serverMetadata()).not.toHaveProperty('userinfo_endpoint');
  const browser = await apple.signIn('ben');
  const callback = new Request(callbackOf('apple'), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(apple.posted(browser)).toString(),
  });
  const tokens = await client.authorizationCodeGrant(config, callback, {
    expectedState: 'some state',
    expectedNonce: 'some-nonce',
  });
  expect(tokens.claims()?.sub).toBe(users['ben']?.subject);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(refreshed.claims()).not.toHaveProperty('nonce');
  expect(refreshed.refresh_token).toBeUndefined();
  await client.tokenRevocation(config, tokens.refresh_token ?? '');
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test.each([
  ['no secret', async () => ''],
  ['a plain secret', async () => 'secret'],
  ['a secret of another team', (origin: string) => secretFor(origin, systemClock, { iss: 'SOMEBODY01' })],
  [
    'a secret under another key id',
    (origin: string) => secretFor(origin, systemClock, { kid: 'OTHERKEY01' }),
  ],
  ['an old secret', (origin: string) => secretFor(origin, systemClock, { exp: -1 })],
  ['a secret for seven months', (origin: string) => secretFor(origin, systemClock, { exp: 212 * 86_400 })],
  ['a secret for somebody else', () => secretFor('https://elsewhere.example', systemClock)],
])('%s is refused', async (_, secret) => {
  await using apple = await startApple();
  const { code = '' } = apple.posted(await apple.signIn('ana'));
  const client_secret = await secret(apple.origin);
  expect(await apple.token({ code, client_secret })).toMatchObject({
    status: 400,
    body: { error: 'invalid_client' },
  });
  expect((await apple.token({ code })).status).toBe(200);
});

test('a code works once, for five minutes, where it was sent', async () => {
  const clock = createManualClock();
  await using apple = await startApple(clock);
  const { code = '' } = apple.posted(await apple.signIn('ana'));
  const refused = (error = 'invalid_grant') => ({ status: 400, body: { error } });
  expect(await apple.token({ code, redirect_uri: callbackOf('google') })).toMatchObject(refused());
  expect((await apple.token({ code })).status).toBe(200);
  expect(await apple.token({ code })).toMatchObject(refused());
  const { code: stale = '' } = apple.posted(await apple.signIn('ana'));
  await clock.advance(300_000);
  expect(await apple.token({ code: stale })).toMatchObject(refused());
  expect(await apple.token({ code, grant_type: 'password' })).toMatchObject(
    refused('unsupported_grant_type'),
  );
});

test.each([
  [{ client_id: 'somebody' }, 'invalid_client'],
  [{ redirect_uri: 'http://evil.example/' }, 'invalid_request'],
  [{ response_mode: 'query' }, 'invalid_request'],
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ scope: 'openid', response_type: 'code id_token', response_mode: 'query' }, 'invalid_request'],
])('%o is shown, never sent', async (wrong: Record<string, string>, error) => {
  await using apple = await startApple();
  const browser = createBrowser({ stopsAt: [gatewayOrigin] });
  await browser.open(apple.authorizeUrl(wrong));
  expect(browser.page.status).toBe(400);
  expect(browser.page.text).toContain(error);
});

test('without name and address an answer may come by query or fragment', async () => {
  await using apple = await startApple();
  const plain = { scope: 'openid', response_mode: 'query' };
  const browser = await apple.signIn('ana', {}, plain);
  expect(arrival(browser).searchParams.get('code')).toBeTruthy();
  expect(arrival(browser).searchParams.has('user')).toBe(false);
  const { body } = await apple.token({ code: arrival(browser).searchParams.get('code') ?? '' });
  expect(decodeJwt(body['id_token'] ?? '')).not.toHaveProperty('email');

  const fragment = { ...plain, response_mode: 'fragment', response_type: 'code id_token' };
  const hybrid = new URLSearchParams(arrival(await apple.signIn('ben', {}, fragment)).hash.slice(1));
  expect(decodeJwt(hybrid.get('id_token') ?? '')).toMatchObject({
    c_hash: expect.any(String),
    nonce: 'some-nonce',
  });
});

test('cancelling goes back; a signed-in browser is asked all the same', async () => {
  await using apple = await startApple();
  const browser = await apple.signIn('ana');
  await browser.open(apple.authorizeUrl());
  expect(browser.page.text).toContain('Continue as Ana Lima?');
  await browser.submit({ button: 'Cancel' });
  expect(apple.posted(browser)).toEqual({ state: 'some state', error: 'user_cancelled_authorize' });

  await apple.party.endSessions('ana');
  await browser.open(apple.authorizeUrl());
  await browser.submit({ fill: { username: 'ana', password: 'wrong' } });
  expect(browser.page.text).toContain('Check the account information');
});

test('minted tokens are those of a page or of an app on a device', async () => {
  await using apple = await startApple();
  const mint = async (more: object) => decodeJwt(await apple.party.mintIdToken({ user: 'chloe', ...more }));
  expect(await mint({})).toMatchObject({ email: users['chloe']?.relayEmail, is_private_email: 'true' });
  expect(await mint({})).not.toHaveProperty('real_user_status');
  expect(await mint({ kind: 'native', audience: 'example.kinpass.app' })).toMatchObject({
    aud: 'example.kinpass.app',
    real_user_status: 2,
  });
  apple.party.changeSwitches({ usersWithoutEmail: ['chloe'] });
  expect(await mint({})).not.toHaveProperty('email');
});
