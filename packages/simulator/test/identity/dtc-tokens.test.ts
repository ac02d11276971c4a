import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { createManualClock } from '../support/manual-clock.ts';
import { startDtc } from './dtc-sign-in.ts';
import { arrival, hasLeft } from './start-party.ts';

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const typeOf = (name: string) => `urn:ietf:params:oauth:token-type:${name}`;
const offline = { scope: 'openid email offline_access', prompt: 'consent' };

test('a refresh token comes with consent to offline access, and is replaced at every use', async () => {
  await using dtc = await startDtc();
  const plain = await (await dtc.signIn()).redeem();
  expect(plain.refresh_token).toBeUndefined();

  const first = await (await dtc.signIn(offline)).redeem();
  const second = await client.refreshTokenGrant(dtc.config, first.refresh_token ?? '');
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(second.claims()?.sub).toBe('dtc-ana');
  await expect(client.refreshTokenGrant(dtc.config, first.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  // Reuse is theft: the whole grant is gone.
  await expect(client.refreshTokenGrant(dtc.config, second.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('refresh tokens may also stay as they are', async () => {
  await using dtc = await startDtc();
  dtc.party.changeSwitches({ rotateRefreshTokens: false });
  const { refresh_token: token = '' } = await (await dtc.signIn(offline)).redeem();
  for (const _ of [1, 2])
    await expect(client.refreshTokenGrant(dtc.config, token)).resolves.toMatchObject({
      refresh_token: token,
    });
});

test('whoever declines to stay signed in goes back with nothing', async () => {
  await using dtc = await startDtc();
  const { url } = await dtc.begin(offline);
  const { browser } = await dtc.signIn();
  await browser.open(url);
  expect(browser.page.text).toContain('Stay signed in');
  await browser.submit({ button: 'Cancel' });
  expect(arrival(browser).searchParams.get('error')).toBe('access_denied');
});

test('a token of one client becomes one for another', async () => {
  await using dtc = await startDtc();
  const tokens = await (await dtc.signIn()).redeem();
  const subject = { subject_token: tokens.access_token, subject_token_type: typeOf('access_token') };

  const access = await client.genericGrantRequest(dtc.config, exchange, {
    ...subject,
    scope: 'openid email',
  });
  expect(access).toMatchObject({
    issued_token_type: typeOf('access_token'),
    token_type: 'bearer',
    scope: 'openid email',
  });
  const userinfo = await client.fetchUserInfo(dtc.config, access.access_token, 'dtc-ana');
  expect(userinfo.email).toBe('ana@viewers.example');

  const id = await client.genericGrantRequest(dtc.config, exchange, {
    ...subject,
    requested_token_type: typeOf('id_token'),
    audience: defaultFixtures.clients.dtcTv.clientId,
  });
  expect(id).toMatchObject({ issued_token_type: typeOf('id_token'), token_type: 'n_a' });
  const keys = createRemoteJWKSet(new URL(`${dtc.origin}/jwks`));
  const { payload } = await jwtVerify(id.access_token, keys, { issuer: dtc.origin });
  expect(payload).toMatchObject({ sub: 'dtc-ana', aud: 'tv-at-dtc' });

  const fromIdToken = await client.genericGrantRequest(dtc.config, exchange, {
    subject_token: tokens.id_token ?? '',
    subject_token_type: typeOf('id_token'),
  });
  expect(fromIdToken.access_token).toEqual(expect.any(String));
});

test.each([
  ['invalid_request', { subject_token: 'made-up' }],
  ['invalid_request', { subject_token_type: typeOf('saml2') }],
  ['invalid_request', { actor_token: 'somebody' }],
  ['invalid_request', { subject_token_type: typeOf('id_token') }],
  ['invalid_target', { audience: 'nobody' }],
  ['invalid_scope', { scope: 'openid phone' }],
])('%s for an exchange with %o', async (error, wrong: Record<string, string>) => {
  await using dtc = await startDtc();
  const form = {
    subject_token: await dtc.party.mintAccessToken({ user: 'ana' }),
    subject_token_type: typeOf('access_token'),
    ...wrong,
  };
  await expect(client.genericGrantRequest(dtc.config, exchange, form)).rejects.toMatchObject({ error });
});

test('a forged or expired ID token is nothing to exchange', async () => {
  await using dtc = await startDtc();
  const refusalOf = async (request: Parameters<typeof dtc.party.mintIdToken>[0]) =>
    client
      .genericGrantRequest(dtc.config, exchange, {
        subject_token: await dtc.party.mintIdToken(request),
        subject_token_type: typeOf('id_token'),
      })
      .catch((error: client.ResponseBodyError) => error.error);
  await expect(refusalOf({ user: 'ana' })).resolves.toHaveProperty('access_token');
  for (const flaw of ['badSignature', 'none', 'hs256', 'unpublishedKey'] as const)
    await expect(refusalOf({ user: 'ana', flaw })).resolves.toBe('invalid_request');
  await expect(refusalOf({ user: 'ana', expiresIn: -1 })).resolves.toBe('invalid_request');
  await expect(refusalOf({ user: 'ana', claims: { sub: 'nobody' } })).resolves.toBe('invalid_request');
});

test('a revoked token is no token', async () => {
  await using dtc = await startDtc();
  const tokens = await (await dtc.signIn(offline)).redeem();
  await client.tokenRevocation(dtc.config, tokens.refresh_token ?? '');
  await expect(client.refreshTokenGrant(dtc.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  const minted = await dtc.party.mintAccessToken({ user: 'ben' });
  await expect(client.fetchUserInfo(dtc.config, minted, 'dtc-ben')).resolves.toHaveProperty('sub');
  await client.tokenRevocation(dtc.config, minted);
  await expect(client.fetchUserInfo(dtc.config, minted, 'dtc-ben')).rejects.toMatchObject({ status: 401 });
});

test('codes, tokens and sessions age by the clock of the world', async () => {
  const clock = createManualClock();
  await using dtc = await startDtc({ clock });
  const { browser, redeem } = await dtc.signIn();
  await clock.advance(61_000);
  await expect(redeem()).rejects.toMatchObject({ error: 'invalid_grant' });

  await clock.advance(3_600_000);
  const later = await startSession(dtc, browser);
  expect(later.auth_time).toBe(clock.now() / 1000 - 3661);
  const minted = await dtc.party.mintAccessToken({ user: 'ana', expiresIn: 60 });
  await expect(client.fetchUserInfo(dtc.config, minted, 'dtc-ana')).resolves.toHaveProperty('sub');
  await clock.advance(120_000);
  await expect(client.fetchUserInfo(dtc.config, minted, 'dtc-ana')).rejects.toMatchObject({ status: 401 });

  expect(await dtc.party.sessions()).toHaveLength(1);
  await clock.advance(14 * 86_400_000);
  await browser.open((await dtc.begin()).url);
  expect(hasLeft(browser)).toBe(false);
});

const startSession = async (
  dtc: Awaited<ReturnType<typeof startDtc>>,
  browser: Awaited<ReturnType<typeof dtc.signIn>>['browser'],
) => {
  const { url, checks } = await dtc.begin({ max_age: '86400' });
  await browser.open(url);
  const response = await fetch(`${dtc.origin}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('kinpass-at-dtc:dtc-client-secret').toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: arrival(browser).searchParams.get('code') ?? '',
      redirect_uri: 'http://gateway.example/callback/dtc',
      code_verifier: checks.pkceCodeVerifier,
    }),
  });
  const { id_token } = (await response.json()) as { id_token: string };
  return decodeJwt<{ auth_time: number }>(id_token);
};

test('a new key signs, the old one stays published, and nobody is signed out', async () => {
  await using dtc = await startDtc();
  const old = await dtc.party.mintIdToken({ user: 'ana' });
  const { browser } = await dtc.signIn();
  await dtc.party.rotateKeys();
  const { redeem } = await dtc.signIn({}, browser);
  const tokens = await redeem();
  const keys = createRemoteJWKSet(new URL(`${dtc.origin}/jwks`));
  const [before, after] = [await jwtVerify(old, keys), await jwtVerify(tokens.id_token ?? '', keys)];
  expect(after.protectedHeader.kid).not.toBe(before.protectedHeader.kid);
});
