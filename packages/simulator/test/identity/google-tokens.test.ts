import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { offline, startGoogle, tvClient } from './google-sign-in.ts';
import { arrival } from './start-party.ts';

const { google: web, googleAndroid, googleIos } = defaultFixtures.clients;

test('a refresh token comes with offline access and a consent that is new; its ID tokens carry no nonce', async () => {
  await using google = await startGoogle();
  const first = await google.signIn();
  expect(decodeJwt(first.tokens['id_token'] ?? '')).toMatchObject({ nonce: 'some-nonce' });
  expect(first.tokens).not.toHaveProperty('refresh_token');
  const access_type = 'offline';
  expect((await google.signIn({ access_type })).tokens).toHaveProperty('refresh_token');
  expect((await google.signIn({ access_type })).tokens).not.toHaveProperty('refresh_token');

  const { tokens, browser } = await google.signIn(offline);
  const { status, body } = await google.refresh(tokens['refresh_token'] ?? '');
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('refresh_token');
  expect(decodeJwt(body['id_token'] ?? '')).not.toHaveProperty('nonce');

  await browser.open(await google.authorizeUrl(offline));
  expect(browser.page.text).toContain('Sign in to Kinpass');
  await browser.submit({ button: 'Continue' });
  expect(arrival(browser).searchParams.get('prompt')).toBe('consent');
});

test('revoking any token of a grant ends the grant', async () => {
  await using google = await startGoogle();
  const { tokens } = await google.signIn(offline);
  const others = await google.signIn(offline);
  expect(await google.post('/revoke', { token: tokens['access_token'] ?? '' })).toEqual({
    status: 200,
    body: {},
  });

  expect(await google.refresh(tokens['refresh_token'] ?? '')).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
  });
  const userinfo = await fetch(`${google.origin}/v1/userinfo`, {
    headers: { authorization: `Bearer ${tokens['access_token']}` },
  });
  expect(userinfo.status).toBe(401);
  expect((await google.refresh(others.tokens['refresh_token'] ?? '')).status).toBe(200);
  expect(await google.post('/revoke', { token: tokens['access_token'] ?? '' })).toEqual({
    status: 400,
    body: { error: 'invalid_token', error_description: 'Token expired or revoked' },
  });
});

test('a viewer who revoked access is asked for consent again', async () => {
  await using google = await startGoogle();
  const { tokens } = await google.signIn({ access_type: 'offline' });
  await google.post('/revoke', { token: tokens['refresh_token'] ?? '' });
  expect((await google.signIn({ access_type: 'offline' })).tokens).toHaveProperty('refresh_token');
});

test('consent is asked of the account that is meant, not of the one that is signed in', async () => {
  await using google = await startGoogle();
  const { browser } = await google.signIn();
  await browser.open(await google.authorizeUrl({ prompt: 'consent select_account' }));
  expect(browser.page.text).toContain('Choose an account');
  await browser.open(await google.authorizeUrl({ prompt: 'consent', login_hint: 'ben@viewers.example' }));
  expect(browser.page.text).toContain('Hi Ben Okoro');
});

test('a refresh token belongs to its client', async () => {
  await using google = await startGoogle();
  const { tokens } = await google.signIn(offline);
  expect(await google.refresh(tokens['refresh_token'] ?? '', tvClient)).toMatchObject({
    status: 401,
    body: { error: 'unauthorized_client' },
  });
});

test.each([
  ['web', web.clientId, web.clientId],
  ['oneTap', web.clientId, web.clientId],
  ['android', web.clientId, googleAndroid.clientId],
  ['ios', web.clientId, googleIos.clientId],
  ['tv', tvClient.clientId, tvClient.clientId],
])('an SDK of kind %s gets a token for %s, asked for by %s', async (kind, aud, azp) => {
  await using google = await startGoogle();
  const token = await google.party.mintIdToken({ user: 'ana', kind, nonce: 'n' });
  expect(decodeJwt(token)).toMatchObject({ aud, azp, nonce: 'n' });
});

test('one tap dates its tokens back and names them; an app without a server asks for itself', async () => {
  await using google = await startGoogle();
  const claims = decodeJwt(await google.party.mintIdToken({ user: 'ana', kind: 'oneTap' }));
  expect(claims).toMatchObject({ jti: expect.any(String), nbf: Number(claims.iat) - 300 });
  expect(claims).not.toHaveProperty('nonce');
  const { clientId } = googleIos;
  const own = decodeJwt(await google.party.mintIdToken({ user: 'ana', audience: clientId, kind: 'ios' }));
  expect(own).toMatchObject({ aud: clientId, azp: clientId });
  await expect(google.party.mintIdToken({ user: 'ana', kind: 'fridge' })).rejects.toMatchObject({
    field: 'kind',
  });
});

test.each(['badSignature', 'none', 'hs256', 'unpublishedKey'] as const)(
  'a token with %s is well-formed and does not verify',
  async (flaw) => {
    await using google = await startGoogle();
    const keys = createRemoteJWKSet(new URL(`${google.origin}/oauth2/v3/certs`));
    const token = await google.party.mintIdToken({ user: 'ana', flaw });
    expect(decodeJwt(token)).toMatchObject({ email: 'ana@viewers.example' });
    await expect(jwtVerify(token, keys)).rejects.toHaveProperty('code');
    await expect(jwtVerify(await google.party.mintIdToken({ user: 'ana' }), keys)).resolves.toBeDefined();
  },
);

test('a minted access token is good at userinfo', async () => {
  await using google = await startGoogle();
  const token = await google.party.mintAccessToken({ user: 'chloe' });
  const answer = await fetch(`${google.origin}/v1/userinfo`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await answer.json()).toMatchObject({ email: 'chloe@viewers.example' });
});
