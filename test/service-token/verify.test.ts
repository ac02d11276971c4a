import { createHmac, type KeyObject, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemIds } from '#src/lib/ids';
import { createIssueServiceToken } from '#src/service-token/issue';
import { createVerifyServiceToken } from '#src/service-token/verify';
import { newKeyRing, type OneKey } from '../signing-keys/keys.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
const now = clock.now() / 1000;
const expected = { issuer: 'https://sso.example', audience: 'adobe' };
const claims = { iss: expected.issuer, sub: 'ana', aud: 'adobe', iat: now, exp: now + 3600, jti: 'one' };

let keys: OneKey;
let stranger: OneKey;
beforeAll(async () => {
  keys = await newKeyRing();
  stranger = await newKeyRing();
});

const encode = (value: unknown) => {
  const json = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(json).toString('base64url');
};

/** A properly signed token with arbitrary content. */
const token = ({ header = {}, body = claims as unknown, key = keys.privateKey as KeyObject } = {}) => {
  const signed = `${encode({ alg: 'RS256', kid: keys.kid, typ: 'JWT', ...header })}.${encode(body)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
};

const withClaims = (changes: object) => token({ body: { ...claims, ...changes } });
const verify = (text: string) => createVerifyServiceToken({ keys, clock })(text, expected);

test('accepts what the gateway issued', async () => {
  const issue = createIssueServiceToken({ keys, clock, ids: systemIds, maxKept: 1 });
  const issued = await issue({ subject: 'ana', lifetime: 60_000, ...expected });
  expect(await verify(issued)).toMatchObject({ sub: 'ana', aud: 'adobe', exp: now + 60 });
  expect(await verify(token())).toEqual(claims);
});

const hmac = () => {
  const signed = `${encode({ alg: 'HS256', kid: keys.kid, typ: 'JWT' })}.${encode(claims)}`;
  const pem = String(keys.publicKey(keys.kid)?.export({ type: 'spki', format: 'pem' }));
  return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
};

/** The same bytes, but with unused bits set in the last character. */
const withUnusedBits = (text: string) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) ^ 1];
};

const invalid: [string, () => string][] = [
  ['signed by a stranger', () => token({ key: stranger.privateKey })],
  [
    'signed by a stranger, with the kid of the stranger',
    () => token({ key: stranger.privateKey, header: { kid: stranger.kid } }),
  ],
  ['with a valid signature and an unknown kid', () => token({ header: { kid: 'unknown' } })],
  ['without kid', () => token({ header: { kid: undefined } })],
  ['with a kid that is a list', () => token({ header: { kid: [keys.kid] } })],
  ['with alg none', () => `${encode({ alg: 'none', kid: keys.kid, typ: 'JWT' })}.${encode(claims)}.`],
  ['with alg none and the old signature', () => token({ header: { alg: 'none' } })],
  ['with an HMAC by the public key', hmac],
  ['with alg PS256', () => token({ header: { alg: 'PS256' } })],
  ['with alg RS512', () => token({ header: { alg: 'RS512' } })],
  ['that is an access token', () => token({ header: { typ: 'at+jwt' } })],
  ['that is a logout token', () => token({ header: { typ: 'logout+jwt' } })],
  ['without typ', () => token({ header: { typ: undefined } })],
  [
    'with a key in its header',
    () => token({ header: { jwk: stranger.publicJwks().keys[0] }, key: stranger.privateKey }),
  ],
  ['with a key URL in its header', () => token({ header: { jku: 'http://127.0.0.1:1/jwks' } })],
  ['with a critical header', () => token({ header: { crit: ['exp'], exp: 1 } })],
  ['with an unencoded payload', () => token({ header: { crit: ['b64'], b64: false } })],
  ['of another issuer', () => withClaims({ iss: 'https://sso.example/' })],
  ['of a list of issuers', () => withClaims({ iss: [expected.issuer] })],
  ['for another audience', () => withClaims({ aud: 'Adobe' })],
  ['for two audiences', () => withClaims({ aud: ['adobe', 'mallory'] })],
  ['without subject', () => withClaims({ sub: undefined })],
  ['with an empty subject', () => withClaims({ sub: '' })],
  ['with a subject that is null', () => withClaims({ sub: null })],
  ['with a subject that is an object', () => withClaims({ sub: {} })],
  ['with a line break in its subject', () => withClaims({ sub: 'a\r\nX-Admin: 1' })],
  ['with a subject that is too long', () => withClaims({ sub: 'x'.repeat(256) })],
  ['without jti', () => withClaims({ jti: undefined })],
  ['that has expired', () => withClaims({ iat: now - 60, exp: now })],
  ['without expiry', () => withClaims({ exp: undefined })],
  ['whose expiry is text', () => withClaims({ exp: String(now + 60) })],
  ['whose expiry is in milliseconds', () => withClaims({ exp: (now + 60) * 1000 })],
  [
    'whose expiry is infinite',
    () => token({ body: JSON.stringify(claims).replace(String(claims.exp), '1e400') }),
  ],
  ['whose lifetime is too long', () => withClaims({ exp: now + 86_401 })],
  ['issued in the future', () => withClaims({ iat: now + 31 })],
  ['without iat', () => withClaims({ iat: undefined })],
  ['with a negative iat', () => withClaims({ iat: -1 })],
  ['with additional claims', () => withClaims({ admin: true })],
  ['whose payload is a list', () => token({ body: [claims] })],
  ['whose payload is not JSON', () => token({ body: '{' })],
  ['with padding', () => `${token()}==`],
  ['with a line break after it', () => `${token()}\n`],
  ['with spaces in it', () => token().replace('.', '. ')],
  ['with unused bits set', () => withUnusedBits(token())],
  ['of two parts', () => token().split('.').slice(0, 2).join('.')],
  ['of five parts', () => `${token()}.a.b`],
  ['that is empty', () => ''],
  ['that consists of dots', () => '.'.repeat(1_000_000)],
  ['that is too long', () => withClaims({ pad: 'x'.repeat(5_000) })],
  ['that is truncated', () => token().slice(0, -4)],
  ['in lower case', () => token().toLowerCase()],
];

describe('rejects a service token', () => {
  test.each(invalid)('%s', async (_, make) => {
    await expect(verify(make())).rejects.toMatchObject({
      code: 'gateway_service_token_invalid',
      status: 401,
    });
  });
});

describe('accepts a token at the limits', () => {
  test.each([
    ['of the clock tolerance', { iat: now + 30 }],
    ['of the lifetime', { exp: now + 86_400 }],
    ['of the subject', { sub: 'x'.repeat(255) }],
    ['of expiry', { exp: now + 1 }],
  ])('%s', async (_, changes) => {
    expect(await verify(withClaims(changes))).toMatchObject(changes);
  });
});

test.each([
  ['size or encoding', () => `${token()}=`],
  ['signature, header, issuer, audience or expiry', () => withClaims({ aud: 'Adobe' })],
  ['claims', () => withClaims({ admin: true })],
  ['iat or exp', () => withClaims({ iat: now + 31 })],
  ['iat or exp', () => withClaims({ iat: now + 20, exp: now + 20 })],
  ['iat or exp', () => withClaims({ iat: now + 20, exp: now + 10 })],
])('the log names the check that failed: %s', async (detail, make) => {
  await expect(verify(make())).rejects.toMatchObject({ detail: `service token: ${detail}` });
});

test('an error does not repeat any part of the token', async () => {
  const text = withClaims({ sub: 'secret\u0000subject' });
  const error: unknown = await verify(text).catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(error).not.toHaveProperty('cause');
});
