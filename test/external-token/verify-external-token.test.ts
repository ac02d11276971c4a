import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedExternalKeys } from '#src/external-token/external-keys';
import { createVerifyExternalToken } from '#src/external-token/verify-external-token';
import { createProviderFetch } from '#src/identity/http';
import { createProviderKeys } from '#src/identity/provider-keys';
import { type ExternalIssuer, jwkOf, rsaPair, startExternalIssuer } from '../support/external-issuer.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
const now = clock.now() / 1000;
const hour = 3_600_000;

let service: ExternalIssuer;
const stranger = rsaPair();
const ours = rsaPair();
beforeAll(async () => {
  service = await startExternalIssuer({ now: clock.now });
  service.site.keys.push(
    jwkOf(ours, { kid: 'ours' }),
    jwkOf(rsaPair(1024), { kid: 'short' }),
    jwkOf(stranger, { kid: 'enc', use: 'enc' }),
    jwkOf(stranger, { kid: 'ps512', alg: 'PS512' }),
    jwkOf(stranger, { kid: 'ops', key_ops: ['encrypt'] }),
    { ...jwkOf(stranger, { kid: 'e1' }), e: 'AQ' },
    { ...stranger.privateKey.export({ format: 'jwk' }), kid: 'private', alg: 'RS256' },
  );
});
afterAll(() => service[Symbol.asyncDispose]());

const modulusOf = (pair: ReturnType<typeof rsaPair>) => pair.publicKey.export({ format: 'jwk' }).n;

const createVerify = (at = clock) => {
  const { find } = createProviderKeys(service.jwks, {
    fetch: createProviderFetch({ insecureHttp: true }),
    clock: at,
  });
  return createVerifyExternalToken({
    rules: { issuer: service.issuer, audience: 'adobe', longestLifetime: hour },
    findKey: checkedExternalKeys(find, (modulus) => modulus === modulusOf(ours)),
    clock: at,
  });
};

const verify = (token: string) => createVerify()(token);

describe('accepts a service token of the identity service', () => {
  const good: [string, () => string][] = [
    ['unchanged', () => service.token()],
    ['without typ', () => service.bent({ header: { typ: undefined } })],
    ['with another spelling of typ', () => service.bent({ header: { typ: 'application/jwt' } })],
    ['that names the certificate', () => service.bent({ header: { x5t: 'abc', 'x5t#S256': 'def' } })],
    ['without jti', () => service.token({ jti: undefined })],
    ['with additional claims', () => service.token({ entitlements: ['a'], name: 'Ana' })],
    ['for a list of one audience', () => service.token({ aud: ['adobe'] })],
    ['with the longest lifetime', () => service.token({ exp: now + 3600 })],
    ['from a clock half a minute ahead', () => service.token({ iat: now + 30, nbf: now + 30 })],
    ['with an id in another script', () => service.token({ sub: 'зритель|42' })],
  ];
  test.each(good)('%s', async (_, make) => {
    expect(await verify(make())).toMatchObject({ iss: service.issuer });
  });
});

/** The same bytes, but with unused bits set in the last character. */
const withUnusedBits = (text: string) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) ^ 1];
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const hmac = () => {
  const text = `${encode({ alg: 'HS256', kid: 'ext-1', typ: 'JWT' })}.${encode(service.claims())}`;
  const pem = String(service.pair.publicKey.export({ type: 'spki', format: 'pem' }));
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
};

/** Not every signature contains a letter in which the two alphabets differ. */
const inOtherBase64 = () => {
  const tokens = Array.from({ length: 20 }, (_, index) => service.token({ jti: `j${index}` }));
  return (
    tokens
      .find((token) => /[-_]/.test(token))
      ?.replace(/_/g, '/')
      .replace(/-/g, '+') ?? ''
  );
};

const withHeader = (header: object) => () => service.bent({ header });
const withClaims = (changes: object) => () => service.token(changes);
const withText = (from: RegExp, to: string) => () =>
  service.bent({ body: JSON.stringify(service.claims()).replace(from, to) });

const bad: [string, () => string][] = [
  ['signed by a stranger', () => service.bent({ key: stranger.privateKey })],
  ['of an unknown kid', withHeader({ kid: 'unknown' })],
  ['without kid', withHeader({ kid: undefined })],
  ['with an empty kid', withHeader({ kid: '' })],
  ['with a kid that is a list', withHeader({ kid: ['ext-1'] })],
  ['with a kid that is a path', withHeader({ kid: '../../../../dev/null' })],
  ['with a kid of 8 KB', withHeader({ kid: 'k'.repeat(8_192) })],
  ['by a key of 1024 bits', withHeader({ kid: 'short' })],
  ['by a key for encryption', () => service.bent({ header: { kid: 'enc' }, key: stranger.privateKey })],
  ['by a key for PS512', () => service.bent({ header: { kid: 'ps512' }, key: stranger.privateKey })],
  ['by a key for other operations', () => service.bent({ header: { kid: 'ops' }, key: stranger.privateKey })],
  ['by a key with exponent 1', () => service.bent({ header: { kid: 'e1' }, key: stranger.privateKey })],
  [
    'by a published private key',
    () => service.bent({ header: { kid: 'private' }, key: stranger.privateKey }),
  ],
  ['by a key of ours', () => service.bent({ header: { kid: 'ours' }, key: ours.privateKey })],
  ['with alg none', () => `${encode({ alg: 'none', kid: 'ext-1' })}.${encode(service.claims())}.`],
  ['with alg none and the old signature', withHeader({ alg: 'none' })],
  ['with alg nOnE', withHeader({ alg: 'nOnE' })],
  ['without alg', withHeader({ alg: undefined })],
  ['with an HMAC by the public key', hmac],
  ['with alg PS256', withHeader({ alg: 'PS256' })],
  ['signed with RS512', () => service.bent({ header: { alg: 'RS512' }, hash: 'sha512' })],
  ['signed with SHA-512, with alg RS256', () => service.bent({ hash: 'sha512' })],
  ['that is an access token', withHeader({ typ: 'at+jwt' })],
  ['that is a logout token', withHeader({ typ: 'logout+jwt' })],
  ['that is a security event', withHeader({ typ: 'secevent+jwt' })],
  ['with a typ that only starts like JWT', withHeader({ typ: 'jwt+x' })],
  ['with a typ that only ends like JWT', withHeader({ typ: 'x-jwt' })],
  [
    'with a key in its header',
    () => service.bent({ header: { jwk: jwkOf(stranger, {}) }, key: stranger.privateKey }),
  ],
  ['with a key URL in its header', () => service.bent({ header: { jku: `${service.jwks}?evil` } })],
  ['with a certificate URL in its header', withHeader({ x5u: 'http://127.0.0.1:1/' })],
  ['with a certificate in its header', withHeader({ x5c: ['AAAA'] })],
  ['with a critical header', withHeader({ crit: ['exp'], exp: 1 })],
  ['with an unencoded payload', withHeader({ crit: ['b64'], b64: false })],
  ['compressed', withHeader({ zip: 'DEF' })],
  ['that contains another token', withHeader({ cty: 'JWT' })],
  ['of another issuer', withClaims({ iss: 'https://identity.programmer.example/' })],
  ['of an issuer in capitals', withClaims({ iss: 'HTTPS://identity.programmer.example' })],
  ['of a list of issuers', withClaims({ iss: ['https://identity.programmer.example'] })],
  ['without issuer', withClaims({ iss: undefined })],
  ['for another audience', withClaims({ aud: 'Adobe' })],
  ['for two audiences', withClaims({ aud: ['adobe', 'mallory'] })],
  ['for no audience', withClaims({ aud: undefined })],
  ['for an empty list', withClaims({ aud: [] })],
  ['without subject', withClaims({ sub: undefined })],
  ['with an empty subject', withClaims({ sub: '' })],
  ['with a subject that is null', withClaims({ sub: null })],
  ['with a subject that is an object', withClaims({ sub: {} })],
  ['with a subject that is a number', withClaims({ sub: 7 })],
  ['with a line break in its subject', withClaims({ sub: 'a\r\nX-Admin: 1' })],
  ['with half a surrogate pair in its subject', withText(/viewer-1/, '\\ud800')],
  ['with a subject that is too long', withClaims({ sub: 'x'.repeat(256) })],
  ['with two subjects', withText(/"sub":"viewer-1"/, '"sub":"mallory","sub":"viewer-1"')],
  ['with two subjects, one of them escaped', withText(/"sub"/, '"\\u0073ub":"mallory","sub"')],
  ['without expiry', withClaims({ exp: undefined })],
  ['whose expiry is text', withClaims({ exp: String(now + 60) })],
  ['whose expiry is in milliseconds', withClaims({ exp: (now + 60) * 1000 })],
  ['all of whose dates are in milliseconds', withClaims({ iat: now * 1000, exp: (now + 60) * 1000 })],
  ['whose expiry is infinite', withText(/"exp":\d+/, '"exp":1e400')],
  ['whose expiry is a fraction', withClaims({ exp: now + 0.5 })],
  ['whose lifetime is too long', withClaims({ exp: now + 3601 })],
  ['that expires when it is issued', withClaims({ iat: now + 20, exp: now + 20 })],
  ['that expires before it was issued', withClaims({ iat: now + 20, exp: now + 10 })],
  ['issued in the future', withClaims({ iat: now + 31 })],
  ['issued in the far future', withClaims({ iat: now + 1e12, exp: now + 1e12 + 60 })],
  ['without iat', withClaims({ iat: undefined })],
  ['whose iat is text', withClaims({ iat: String(now) })],
  ['that is not valid yet', withClaims({ nbf: now + 60 })],
  ['whose nbf is text', withClaims({ nbf: 'now' })],
  ['whose jti is a number', withClaims({ jti: 1 })],
  ['that is an ID token with a nonce', withClaims({ nonce: 'n' })],
  ['that is a security event', withClaims({ events: {} })],
  ['whose payload is a list', () => service.bent({ body: [service.claims()] })],
  ['whose payload is not JSON', () => service.bent({ body: '{' })],
  ['whose payload is null', () => service.bent({ body: null })],
  ['with padding', () => `${service.token()}==`],
  ['with a line break after it', () => `${service.token()}\n`],
  ['with spaces in it', () => service.token().replace('.', '. ')],
  ['with unused bits set', () => withUnusedBits(service.token())],
  ['in the other base64', inOtherBase64],
  ['of two parts', () => service.token().split('.').slice(0, 2).join('.')],
  ['of five parts', () => `${service.token()}.a.b`],
  ['after another one', () => `${service.token()}, ${service.token()}`],
  ['that is empty', () => ''],
  ['that consists of dots', () => '.'.repeat(1_000_000)],
  ['that is too long', withClaims({ pad: 'x'.repeat(9_000) })],
  ['that is truncated', () => service.token().slice(0, -4)],
  ['with an additional letter', () => `${service.token()}A`],
  ['in lower case', () => service.token().toLowerCase()],
  [
    'with another header',
    () => service.token().replace(/^[^.]+/, encode({ alg: 'RS256', kid: 'ext-1', x: 1 })),
  ],
];

describe('rejects a service token', () => {
  test.each(bad)('%s', async (_, make) => {
    await expect(verify(make())).rejects.toMatchObject({
      code: 'gateway_external_token_invalid',
      status: 401,
    });
  });

  test('that has expired, with its own code', async () => {
    const gone = service.token({ iat: now - 60, exp: now });
    await expect(verify(gone)).rejects.toMatchObject({ code: 'gateway_external_token_expired', status: 401 });
  });

  test.each([30, 31, 3_000])('that has expired %i s ago, as expired', async (ago) => {
    const gone = service.token({ iat: now - 3_100, exp: now - ago });
    await expect(verify(gone)).rejects.toMatchObject({
      code: 'gateway_external_token_expired',
      field: 'AD-Service-Token',
      hint: 'get a new one from the identity service',
    });
  });

  test.each([
    ['size or encoding', () => `${service.token()}=`],
    ['duplicate member', withText(/"sub":"viewer-1"/, '"sub":"mallory","sub":"viewer-1"')],
    ['header typ', withHeader({ typ: 'at+jwt' })],
    ['header kid', withHeader({ kid: '' })],
    ['it does not name a key (kid)', withHeader({ kid: undefined })],
    ['the key is one of ours', () => service.bent({ header: { kid: 'ours' }, key: ours.privateKey })],
    ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', () => service.bent({ key: stranger.privateKey })],
    ['claim iss', withClaims({ iss: 'https://mallory.example' })],
    ['claim aud', withClaims({ aud: 'mallory' })],
    ['claim nbf', withClaims({ nbf: now + 60 })],
    ['claims sub', withClaims({ sub: '' })],
    ['claims sub, jti', withClaims({ sub: '', jti: '' })],
    ['iat is in the future', withClaims({ iat: now + 31 })],
    ['the lifetime is too long', withClaims({ exp: now + 3601 })],
  ])('with %j in the log', async (detail, make) => {
    await expect(verify(make())).rejects.toMatchObject({
      field: 'AD-Service-Token',
      detail: `external service token: ${detail}`,
    });
  });

  test('that has expired and is forged, as forged', async () => {
    const forged = service.bent({
      body: service.claims({ iat: now - 60, exp: now - 1 }),
      key: stranger.privateKey,
    });
    await expect(verify(forged)).rejects.toMatchObject({ code: 'gateway_external_token_invalid' });
  });

  test('without repeating any part of it in the error', async () => {
    const error: unknown = await verify(service.token({ sub: 'secret\u0000subject' })).catch(
      (thrown) => thrown,
    );
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(error).not.toHaveProperty('cause');
  });
});

describe('the keys of the identity service', () => {
  test('must be named by the token, even if there is only one', async () => {
    await using single = await startExternalIssuer({ now: clock.now, pair: service.pair });
    const { find } = createProviderKeys(single.jwks, {
      fetch: createProviderFetch({ insecureHttp: true }),
      clock,
    });
    const findKey = checkedExternalKeys(find, () => false);
    const rules = { issuer: single.issuer, audience: 'adobe', longestLifetime: hour };
    const check = createVerifyExternalToken({ rules, findKey, clock });
    await check(single.token());
    await expect(check(single.bent({ header: { kid: undefined } }))).rejects.toMatchObject({
      code: 'gateway_external_token_invalid',
      detail: expect.stringContaining('kid'),
    });
  });

  test('must meet the requirements for our own', async () => {
    await expect(verify(service.bent({ header: { kid: 'short' } }))).rejects.toMatchObject({
      detail: expect.stringContaining('the key does not meet the requirements'),
    });
  });

  test('are read once, and again at most every five seconds for kids that are not there', async () => {
    const at = createManualClock();
    const other = createVerify(at);
    service.site.reads = 0;
    const strangers = Array.from({ length: 500 }, (_, index) =>
      service.bent({ header: { kid: `kid-${index}` } }),
    );
    await other(service.token());
    await Promise.allSettled(strangers.map(other));
    expect(service.site.reads).toBe(2);
    await at.advance(5_000);
    await Promise.allSettled(strangers.map(other));
    await other(service.token());
    expect(service.site.reads).toBe(3);
  });

  test('are not read for a token that is invalid anyway', async () => {
    const other = createVerify(createManualClock());
    service.site.reads = 0;
    const invalid = [{ alg: 'none' }, { jku: service.jwks }, { typ: 'at+jwt' }, { kid: 7 }].map((header) =>
      service.bent({ header }),
    );
    await Promise.allSettled([...invalid, 'a.b.c', service.token({ pad: 'x'.repeat(9_000) })].map(other));
    expect(service.site.reads).toBe(0);
  });

  test('are found at once if they are added', async () => {
    const fresh = rsaPair();
    const other = createVerify(createManualClock());
    await other(service.token());
    service.site.keys.push(jwkOf(fresh, { kid: 'ext-2' }));
    await other(service.bent({ header: { kid: 'ext-2' }, key: fresh.privateKey }));
  });

  test.each([
    ['an error', { status: 500, body: '' }],
    ['an HTML page', { status: 200, body: '<html>' }],
    ['an empty body', { status: 200, body: '' }],
    ['no keys', { status: 200, body: '{"keys":[]}' }],
    ['two megabytes', { status: 200, body: `{"keys":[],"pad":"${'x'.repeat(2_000_000)}"}` }],
    ['a redirect', { status: 302, body: '' }],
  ])('stay in use for an hour if the service returns %s; then it is an outage', async (_what, answer) => {
    const at = createManualClock();
    const other = createVerify(at);
    // Always fresh, so that only the keys decide.
    const token = () => service.token({ iat: at.now() / 1000, exp: at.now() / 1000 + 60 });
    await other(token());
    service.site.answer = answer;
    try {
      await at.advance(59 * 60_000);
      await other(token());
      await at.advance(2 * 60_000);
      await expect(other(token())).rejects.toMatchObject({
        code: 'gateway_external_keys_unavailable',
        status: 503,
        retryAfter: 5,
      });
    } finally {
      service.site.answer = undefined;
    }
    await at.advance(5_000);
    await other(token());
  });
});
