// cspell:ignore bcher
import { defaultFixtures } from '@kinpass/simulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { accepted, refused } from './bent-id-tokens.ts';
import { newSigningKey } from './drafts.ts';
import { json, type ScriptedOp, startScriptedOp } from './scripted-op.ts';
import { atOp, providerOf, redirectUri, signIn } from './signing-in.ts';
import { callbackOf, signInAt, startSimulatedProviders } from './simulated.ts';

const clock = createManualClock();
let op: ScriptedOp;
beforeEach(async () => {
  op = await startScriptedOp(clock);
});
afterEach(() => op[Symbol.asyncDispose]());

const rejected = { code: 'identity_rejected' };
const unavailable = { code: 'identity_provider_unavailable' };
const misconfigured = { code: 'identity_provider_misconfigured' };

test('a viewer signs in', async () => {
  op.script.claims = { email: 'Ana@Viewers.Example', email_verified: true, name: 'Ana Lima' };
  expect(await signIn(providerOf(atOp(op), clock), op)).toEqual({
    provider: 'op',
    issuer: op.issuer,
    subject: 'ana',
    email: { address: 'ana@viewers.example', authority: null },
    name: 'Ana Lima',
  });
});

test('every authorization request carries fresh state, nonce and PKCE, and asks for nothing but a code', async () => {
  const provider = providerOf(atOp(op), clock);
  const [one, two] = [await provider.begin({ redirectUri }), await provider.begin({ redirectUri })];
  for (const { url, checks } of [one, two]) {
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'kinpass',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid email profile',
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(url.href).not.toContain(checks.codeVerifier);
  }
  const values = [one, two].flatMap(({ checks: { begunAt: _, ...secrets } }) => Object.values(secrets));
  expect(new Set(values).size).toBe(6);
});

test.each(['client_secret_basic', 'client_secret_post'] as const)('authenticates by %s', async (method) => {
  const provider = providerOf(atOp(op, { clientAuthentication: method }), clock);
  expect(await signIn(provider, op)).toMatchObject({ subject: 'ana' });
});

describe('with openid-client and our verifier, an ID Token is refused', () => {
  test.each(refused)('%s', async (_, bend) => {
    op.script.bend = bend;
    await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject(rejected);
  });
});

describe('by our verifier alone, an ID Token is refused', () => {
  test.each(refused)('%s', async (_, bend) => {
    op.script.bend = bend;
    const provider = providerOf(atOp(op, { issuerAliases: ['an-alias'] }), clock);
    await expect(signIn(provider, op)).rejects.toMatchObject(rejected);
  });
});

describe('an ID Token passes', () => {
  test.each(accepted)('%s', async (_, bend) => {
    op.script.bend = bend;
    expect(await signIn(providerOf(atOp(op), clock), op)).toMatchObject({ issuer: op.issuer });
  });

  test('with an alias of the issuer, and the identity has the canonical one', async () => {
    op.script.claims = { iss: 'an-alias' };
    const provider = providerOf(atOp(op, { issuerAliases: ['an-alias'] }), clock);
    expect(await signIn(provider, op)).toMatchObject({ issuer: op.issuer });
  });
});

describe('keys', () => {
  test('decoys beside the right one do no harm', async () => {
    op.script.published = [
      { kty: 'oct', k: 'AAAA', kid: 'one' },
      { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one' },
      { ...newSigningKey('one').jwk, use: 'enc' },
      { ...newSigningKey('one').jwk, alg: 'PS512' },
      { ...newSigningKey('one').jwk, key_ops: ['sign'] },
      ...op.script.published,
    ];
    expect(await signIn(providerOf(atOp(op), clock), op)).toMatchObject({ subject: 'ana' });
  });

  test('several keys and no kid to choose by: refused', async () => {
    op.publish(op.script.signingKey, newSigningKey('two'));
    op.script.bend = (draft) => ({ ...draft, header: { alg: 'RS256' } });
    await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject(rejected);
  });

  test('a key of 1024 bits is refused', async () => {
    op.script.signingKey = newSigningKey('one', 1024);
    op.publish(op.script.signingKey);
    await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject(rejected);
  });

  test('a key with which anybody can sign is none', async () => {
    op.script.signingKey = newSigningKey('one', 2048, 3);
    op.publish(op.script.signingKey, newSigningKey('two'));
    await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject(rejected);
  });

  test('a rotation right after the first sign-in is followed', async () => {
    const provider = providerOf(atOp(op), clock);
    await signIn(provider, op);
    op.script.signingKey = newSigningKey('two');
    op.publish(op.script.signingKey);
    expect(await signIn(provider, op)).toMatchObject({ subject: 'ana' });
    expect(op.server.times('/jwks')).toBe(2);
  });
});

describe('the callback is refused before the code is spent', () => {
  test.each([
    ['another state', { state: 'another' }],
    ['no state', { state: undefined }],
    ['iss of another provider', { iss: 'https://mallory.example' }],
    ['no iss although the provider promises one', { iss: undefined }],
    ['no code', { code: undefined }],
    ['an ID Token in its query', { id_token: 'a.b.c' }],
    ['a JARM response', { response: 'a.b.c' }],
  ])('%s', async (_, callback) => {
    op.script.callback = callback;
    await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject(rejected);
    expect(op.server.times('/token')).toBe(0);
  });

  test('parameters sent twice', async () => {
    const provider = providerOf(atOp(op), clock);
    const { url, checks } = await provider.begin({ redirectUri });
    const callback = op.approve(url);
    callback.searchParams.append('state', checks.state);
    await expect(provider.complete({ callback, checks })).rejects.toMatchObject(rejected);
    expect(op.server.times('/token')).toBe(0);
  });

  test.each([
    ['access_denied', 'sign_in_refused'],
    ['server_error', 'identity_provider_unavailable'],
    ['temporarily_unavailable', 'identity_provider_unavailable'],
    ['invalid_scope', 'identity_provider_misconfigured'],
    ['unmet_authentication_requirements', 'identity_rejected'],
    ['<script>', 'identity_rejected'],
  ])('error %s', async (error, code) => {
    op.script.callback = { code: undefined, error };
    await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject({ code });
    expect(op.server.times('/token')).toBe(0);
  });
});

test('a code is redeemed once', async () => {
  const provider = providerOf(atOp(op), clock);
  const { url, checks } = await provider.begin({ redirectUri });
  const callback = op.approve(url);
  await provider.complete({ callback, checks });
  await expect(provider.complete({ callback, checks })).rejects.toMatchObject(rejected);
});

test("the code of another browser's sign-in is refused", async () => {
  const provider = providerOf(atOp(op), clock);
  const [mine, theirs] = [await provider.begin({ redirectUri }), await provider.begin({ redirectUri })];
  const callback = op.approve(theirs.url);
  callback.searchParams.set('state', mine.checks.state);
  await expect(provider.complete({ callback, checks: mine.checks })).rejects.toMatchObject(rejected);
});

describe('the token endpoint', () => {
  test.each([
    ['refuses', json({ error: 'invalid_grant' }, 400), rejected],
    ['refuses us', json({ error: 'invalid_client' }, 401), misconfigured],
    ['fails', json({}, 500), unavailable],
    ['is overrun', json({ error: 'slow' }, 429), unavailable],
    ['sends elsewhere', json({}, 307), unavailable],
    ['gives no ID Token', json({ access_token: 'x', token_type: 'bearer' }), misconfigured],
    ['gives a number for one', json({ access_token: 'x', token_type: 'bearer', id_token: 7 }), misconfigured],
    ['gives no access token', json({ token_type: 'bearer', id_token: 'a.b.c' }), rejected],
  ])('%s', async (_, answer, error) => {
    op.routes['/token'] = answer;
    await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject(error);
    expect(op.server.times('/token')).toBe(1);
  });

  test('is not asked for a caller who has gone', async () => {
    const { url, checks } = await providerOf(atOp(op), clock).begin({ redirectUri });
    const gone = new AbortController();
    const document = op.routes['/.well-known/openid-configuration'] ?? json({});
    op.routes['/.well-known/openid-configuration'] = (...args) => {
      gone.abort(new Error('the browser went away'));
      document(...args);
    };
    const another = providerOf(atOp(op), clock);
    const completing = another.complete({ callback: op.approve(url), checks, signal: gone.signal });
    await expect(completing).rejects.toThrow('the browser went away');
    expect(op.server.times('/token')).toBe(0);
  });

  test('ends when the caller has gone', async () => {
    const gone = new AbortController();
    op.routes['/token'] = () => gone.abort(new Error('the browser went away'));
    const provider = providerOf(atOp(op), clock);
    const { url, checks } = await provider.begin({ redirectUri });
    const completing = provider.complete({ callback: op.approve(url), checks, signal: gone.signal });
    await expect(completing).rejects.toThrow('the browser went away');
  });
});

describe('provider metadata', () => {
  test.each([
    ['of another issuer', { issuer: 'https://mallory.example' }],
    ['with PKCE, but not S256', { code_challenge_methods_supported: ['plain'] }],
    ['without the code flow', { response_types_supported: ['id_token'] }],
    ['without token endpoint', { token_endpoint: undefined }],
    ['without key set', { jwks_uri: undefined }],
    ['with an odd endpoint', { token_endpoint: 'javascript:alert(1)' }],
    ['with a user in an endpoint', { authorization_endpoint: 'http://a:b@127.0.0.1/' }],
  ])('%s is refused', async (_, metadata) => {
    op.script.metadata = metadata;
    await expect(providerOf(atOp(op), clock).begin({ redirectUri })).rejects.toMatchObject(misconfigured);
  });

  test('that says nothing of PKCE is no hindrance', async () => {
    op.script.metadata = { code_challenge_methods_supported: undefined };
    expect(await signIn(providerOf(atOp(op), clock), op)).toMatchObject({ subject: 'ana' });
  });

  test('is not even asked for by plain http, unless that is allowed', async () => {
    const provider = providerOf(atOp(op), clock, false);
    await expect(provider.begin({ redirectUri })).rejects.toMatchObject(misconfigured);
    expect(op.server.asked).toEqual([]);
  });

  test('is asked for at first use, by all who wait together, and again when that failed', async () => {
    const provider = providerOf(atOp(op), clock);
    expect(op.server.asked).toEqual([]);
    const document = op.routes['/.well-known/openid-configuration'] ?? json({});
    op.routes['/.well-known/openid-configuration'] = json({}, 503);
    await expect(provider.begin({ redirectUri })).rejects.toMatchObject(unavailable);
    op.routes['/.well-known/openid-configuration'] = document;
    await Promise.all(Array.from({ length: 20 }, () => provider.begin({ redirectUri })));
    expect(op.server.times('/.well-known/openid-configuration')).toBe(2);
  });

  test('is read again every hour, and replaced only by what passes', async () => {
    const provider = providerOf(atOp(op), clock);
    await signIn(provider, op);
    await clock.advance(3_600_000);
    op.script.metadata = { token_endpoint: 'ftp://mallory.example' };
    expect(await signIn(provider, op)).toMatchObject({ subject: 'ana' });
    await clock.advance(60_000);
    op.script.metadata = { authorization_endpoint: `${op.issuer}/moved` };
    expect((await provider.begin({ redirectUri })).url.pathname).toBe('/moved');
    expect(op.server.times('/.well-known/openid-configuration')).toBe(3);
  });
});

test('a document that is configured in place of an issuer does not escape the check of the issuer', async () => {
  const document = `${op.issuer}/.well-known/openid-configuration`;
  const provider = providerOf(atOp(op, { issuer: document }), clock);
  await expect(provider.begin({ redirectUri })).rejects.toMatchObject(misconfigured);
});

test('time is what our clock says, for both readers of the ID Token', async () => {
  const longAgo = createManualClock(Date.UTC(2020, 0, 1));
  await using old = await startScriptedOp(longAgo);
  expect(await signIn(providerOf(atOp(old), longAgo), old)).toMatchObject({ subject: 'ana' });
  await expect(signIn(providerOf(atOp(old), clock), old)).rejects.toMatchObject(rejected);
});

test('a provider that nobody answers for is unavailable', async () => {
  const provider = providerOf(atOp(op, { issuer: 'http://127.0.0.1:1' }), clock);
  await expect(provider.begin({ redirectUri })).rejects.toMatchObject(unavailable);
});

test('no error holds a token, a code or the client secret', async () => {
  for (const bend of refused.map(([, one]) => one).slice(0, 12)) {
    op.script.bend = bend;
    const error: unknown = await signIn(providerOf(atOp(op), clock), op).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(rejected);
    expect(error).not.toHaveProperty('cause');
    expect(String(Reflect.get(Object(error), 'detail'))).toMatch(/^[\w: .]{1,80}$/);
  }
});

describe('the address is authoritative', () => {
  const verified = { email: 'ana@viewers.example', email_verified: true };
  const domains = { authoritativeDomains: ['Viewers.Example', 'bücher.example'] };
  test.each([
    ['never', verified, null],
    ['verifiedClaim', verified, 'verifiedClaim'],
    ['verifiedClaim', { ...verified, email_verified: false }, null],
    ['verifiedClaim', { ...verified, email_verified: 'true' }, null],
    ['verifiedClaim', { email: verified.email }, null],
    [domains, verified, 'domain=viewers.example'],
    [domains, { ...verified, email_verified: undefined }, null],
    [domains, { ...verified, email: 'ana@mallory.example' }, null],
    [domains, { ...verified, email: 'ana@sub.viewers.example' }, null],
    [domains, { ...verified, email: 'ana@xn--bcher-kva.example' }, 'domain=xn--bcher-kva.example'],
  ])('by %j of %j: %s', async (emailTrust, claims, rule) => {
    op.script.claims = claims;
    const { email } = await signIn(providerOf(atOp(op, { emailTrust }), clock), op);
    expect(email?.authority).toBe(rule && `op ${op.issuer} ${rule}`);
  });

  test('an address that is none is left out, and the viewer signs in all the same', async () => {
    op.script.claims = { email: 'ana@evil@viewers.example', email_verified: true, name: 'A\u0000B' };
    const identity = await signIn(providerOf(atOp(op, { emailTrust: 'verifiedClaim' }), clock), op);
    expect(identity).toEqual({ provider: 'op', issuer: op.issuer, subject: 'ana' });
  });
});

test("through the simulated programmer's own accounts", async () => {
  await using simulator = await startSimulatedProviders();
  const { dtc: issuer } = simulator.origins;
  const client = { issuer, ...defaultFixtures.clients.dtc };
  const provider = providerOf({ kind: 'oidc', ...client, emailTrust: 'verifiedClaim' }, systemClock);
  const fill = { username: 'ana@viewers.example', password: 'ana-password' };
  const arrived = await signInAt(provider, callbackOf('dtc'), (browser) => browser.submit({ fill }));
  expect(await provider.complete(arrived)).toMatchObject({
    issuer,
    subject: 'dtc-ana',
    email: { address: 'ana@viewers.example', authority: `op ${issuer} verifiedClaim` },
  });
  await expect(provider.complete(arrived)).rejects.toMatchObject(rejected);
});
