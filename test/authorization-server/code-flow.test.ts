import { createHash } from 'node:crypto';
import type { Browser } from '@kinpass/simulator/browser';
import got from 'got';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { newBrowser, redirectUri, type Stage, scan, startStage } from './stage.ts';

const verifier = 'a-code-verifier-of-sufficient-length-for-the-tests';

const authorizeUrl = (stage: Stage, more: Record<string, string> = {}): string => {
  const url = new URL(`${stage.origin}/auth`);
  url.search = new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }).toString();
  return url.href;
};

const redeem = (stage: Stage, code: string | null, more: Record<string, string> = {}) =>
  stage.token({
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: redirectUri,
    client_id: 'web',
    code_verifier: verifier,
    ...more,
  });

const signIn = async (stage: Stage, browser: Browser = newBrowser()) => {
  await browser.open(authorizeUrl(stage));
  return browser.submit({ button: 'Viewers account' });
};

test('an app signs its viewer in by code and PKCE', async () => {
  await using stage = await startStage();
  const { searchParams } = (await signIn(stage)).url;
  expect(Object.fromEntries(searchParams)).toEqual({
    code: expect.any(String),
    state: 'the-state',
    iss: stage.origin,
  });
  const { body, headers } = await redeem(stage, searchParams.get('code'));
  expect(headers['cache-control']).toBe('no-store');
  const jwks = createLocalJWKSet(await got(`${stage.origin}/jwks`).json());
  const { payload } = await jwtVerify(body.id_token ?? '', jwks, {
    issuer: stage.origin,
    audience: 'web',
    algorithms: ['RS256'],
  });
  expect(payload).toMatchObject({ sub: 'ana', nonce: 'the-nonce' });
  expect(await stage.authenticate(body.access_token)).toMatchObject({ viewer: 'ana', clientId: 'web' });
  expect(stage.seen.opened).toHaveLength(1);
  const bearer = { authorization: `Bearer ${body.access_token}` };
  expect(await got(`${stage.origin}/me`, { headers: bearer }).json()).toEqual({ sub: 'ana' });
});

test('a scope that nobody knows is refused at once; none is the usual one', async () => {
  await using stage = await startStage();
  const unknown = await newBrowser().open(authorizeUrl(stage, { scope: 'admin', nonce: '' }));
  expect(unknown.url.searchParams.get('error')).toBe('invalid_scope');
  expect((await stage.post('/device/auth', { client_id: 'tv', scope: 'admin' })).body.error).toBe(
    'invalid_scope',
  );
  const { body: device } = await stage.post('/device/auth', { client_id: 'tv' });
  const phone = newBrowser();
  await scan(device, phone);
  await phone.submit({ button: 'Approve' });
  expect((await stage.redeem(device.device_code)).body.scope).toBe('openid');
});

test('a code needs its verifier, its client and its redirect URI, and works once', async () => {
  await using stage = await startStage();
  const code = (await signIn(stage)).url.searchParams.get('code');
  for (const wrong of [
    { code_verifier: 'another-verifier-of-sufficient-length-for-the-tests' },
    { client_id: 'phone' },
    { redirect_uri: `${redirectUri}/` },
  ])
    expect((await redeem(stage, code, wrong as Record<string, string>)).body.error).toBe('invalid_grant');
  const { body } = await redeem(stage, code);
  expect(await stage.authenticate(body.access_token)).toBeDefined();
  await stage.clock.advance(11_000);
  expect((await redeem(stage, code)).body.error).toBe('invalid_grant');
  expect(await stage.authenticate(body.access_token)).toBeUndefined();
});

test('PKCE with S256 is required', async () => {
  await using stage = await startStage();
  for (const wrong of [
    { code_challenge: '', code_challenge_method: '' },
    { code_challenge_method: 'plain' },
  ]) {
    const { url } = await newBrowser().open(authorizeUrl(stage, wrong as Record<string, string>));
    expect(url.searchParams.get('error')).toBe('invalid_request');
    expect(url.searchParams.get('code')).toBeNull();
  }
});

test('an unregistered redirect URI is a page of ours, never a redirect', async () => {
  await using stage = await startStage();
  for (const redirect_uri of [
    'https://evil.example/',
    `${redirectUri}/..`,
    'javascript:alert(1)',
    `${redirectUri}#x`,
  ]) {
    const page = await newBrowser().open(authorizeUrl(stage, { redirect_uri }));
    expect(page.status).toBe(400);
    expect(page.url.origin).toBe(stage.origin);
    expect(page.text).toContain('cannot process');
  }
});

test('a remembered browser asks before it goes on', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  await signIn(stage, browser);
  const page = await browser.open(authorizeUrl(stage));
  expect(page.text).toContain('Continue as a••@viewers.example');
  const { url } = await browser.submit({ button: 'Continue as' });
  expect((await redeem(stage, url.searchParams.get('code'))).status).toBe(200);
  expect(new Set(stage.seen.opened.map(({ grant }) => grant)).size).toBe(2);
});

test('another account in the same browser takes over the browser, and nothing else', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const ana = await redeem(stage, (await signIn(stage, browser)).url.searchParams.get('code'));
  const page = await browser.open(authorizeUrl(stage));
  const other = page.root.querySelector('a[href*=account]')?.getAttribute('href') ?? '';
  stage.dtc.user = 'ben';
  await browser.open(new URL(other, page.url));
  const { url } = await browser.submit({ button: 'Viewers account' });
  const ben = await redeem(stage, url.searchParams.get('code'));
  expect(await stage.authenticate(ben.body.access_token)).toMatchObject({ viewer: 'ben' });
  expect(await stage.authenticate(ana.body.access_token)).toMatchObject({ viewer: 'ana' });
  expect((await browser.open(authorizeUrl(stage))).text).toContain('b••@viewers.example');
});

test('two tabs, two accounts: the later one wins the browser without a forced logout', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const first = await browser.open(authorizeUrl(stage));
  const second = await browser.open(authorizeUrl(stage));
  await browser.submit({ on: first, button: 'Viewers account' });
  stage.google.user = 'ben';
  const { url } = await browser.submit({ on: second, button: 'Google' });
  const { body } = await redeem(stage, url.searchParams.get('code'));
  expect(await stage.authenticate(body.access_token)).toMatchObject({ viewer: 'ben' });
});

test('an account that is gone gets no token, and its browser is asked to sign in', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const code = (await signIn(stage, browser)).url.searchParams.get('code');
  stage.viewers.delete('ana');
  expect((await redeem(stage, code)).body.error).toBe('invalid_grant');
  expect((await browser.open(authorizeUrl(stage))).text).toContain('Choose how you want to sign in');
});

test('who cancels at the choice goes back to the app with access_denied', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage));
  const { url } = await browser.submit({ button: 'Cancel' });
  expect(Object.fromEntries(url.searchParams)).toEqual({
    error: 'access_denied',
    error_description: 'the viewer did not approve the sign-in',
    state: 'the-state',
    iss: stage.origin,
  });
});

test('discovery says what is served, and nothing else', async () => {
  await using stage = await startStage();
  const metadata = await got(`${stage.origin}/.well-known/openid-configuration`).json<
    Record<string, unknown>
  >();
  expect(metadata).toEqual({
    issuer: stage.origin,
    authorization_endpoint: `${stage.origin}/auth`,
    token_endpoint: `${stage.origin}/token`,
    userinfo_endpoint: `${stage.origin}/me`,
    revocation_endpoint: `${stage.origin}/token/revocation`,
    device_authorization_endpoint: `${stage.origin}/device/auth`,
    end_session_endpoint: `${stage.origin}/session/end`,
    jwks_uri: `${stage.origin}/jwks`,
    scopes_supported: ['openid', 'offline_access'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    prompt_values_supported: ['none', 'login', 'select_account', 'consent'],
    ui_locales_supported: ['en', 'es', 'fr', 'pt', 'de', 'zh-Hant', 'zh-Hans', 'ko'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: expect.arrayContaining(['sub', 'iss']),
    claim_types_supported: ['normal'],
    claims_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
  });
});
