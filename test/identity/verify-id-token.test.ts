import { createHash, generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { type IdTokenRules, verifyIdToken } from '#src/identity/verify-id-token';
import { fail } from '#src/lib/errors';
import { createManualClock } from '../support/manual-clock.ts';
import { accepted, refused } from './bent-id-tokens.ts';
import { atHash, type Bend, type Draft, newSigningKey, seal } from './drafts.ts';

const clock = createManualClock();
const now = clock.now() / 1000;
const key = newSigningKey('one');
const find = createLocalJWKSet({ keys: [{ kty: 'RSA', ...key.jwk }] });

const rules: IdTokenRules = {
  issuers: ['https://op.example', 'op.example'],
  audience: 'kinpass',
  authorizedParties: ['kinpass-on-android'],
  trustedAudiences: ['a-trusted-one'],
  algorithm: 'RS256',
  clockTolerance: 30,
  maxLength: 16_384,
};

const draft: Draft = {
  header: { alg: 'RS256', kid: 'one', typ: 'JWT' },
  claims: {
    iss: 'https://op.example',
    sub: 'ana',
    aud: 'kinpass',
    iat: now,
    exp: now + 300,
    nonce: 'the nonce',
    at_hash: atHash('the access token'),
  },
  key: key.privateKey,
};

const verify = (bend: Bend, input: { nonce?: string | null; accessToken?: string | undefined } = {}) =>
  verifyIdToken(
    { rules, keys: { find }, clock },
    { idToken: seal(bend(draft)), nonce: 'the nonce', accessToken: 'the access token', ...input },
  );

describe('an ID Token is refused', () => {
  test.each(refused)('%s', async (_, bend) => {
    await expect(verify(bend)).rejects.toMatchObject({ code: 'identity_rejected' });
  });
});

describe('an ID Token passes', () => {
  test.each(accepted)('%s', async (_, bend) => {
    expect(await verify(bend)).toMatchObject({
      iss: 'https://op.example',
      sub: expect.stringMatching(/^(ana|x+)$/),
    });
  });

  test('in any accepted spelling of its issuer, told in the canonical one', async () => {
    const claims = await verify((one) => ({ ...one, claims: { ...one.claims, iss: 'op.example' } }));
    expect(claims.iss).toBe('https://op.example');
  });

  test('with fractions of a second', async () => {
    const claims = await verify((one) => ({ ...one, claims: { ...one.claims, iat: now - 0.5 } }));
    expect(claims.iat).toBe(now - 0.5);
  });

  test('with an at_hash that there is no access token to compare with', async () => {
    expect(await verify((one) => one, { accessToken: undefined })).toMatchObject({ sub: 'ana' });
  });

  test('without nonce only where no request of ours came before', async () => {
    const without: Bend = (one) => ({ ...one, claims: { ...one.claims, nonce: undefined } });
    await expect(verify(without)).rejects.toMatchObject({ code: 'identity_rejected' });
    expect(await verify(without, { nonce: null })).toMatchObject({ sub: 'ana' });
  });
});

const days = (count: number) => count * 86_400;

test.each([
  // seconds from now: iat, exp
  [30, 300, true], // issued in the future as far as clocks may differ…
  [31, 300, false], // …and no further
  [-630, 300, true], // ten minutes old, on a clock that differs
  [-631, 300, false],
  [-60, -29, true],
  [-60, -30, false],
  [0, 1, true],
  [10, 10, false],
  [0, days(31), true],
  [0, days(31) + 1, false],
])('issued at %i s, expiring at %i s: accepted %s', async (iat, exp, passes) => {
  const verifying = verify((one) => ({
    ...one,
    claims: { ...one.claims, iat: now + iat, exp: now + exp },
  }));
  if (passes) expect(await verifying).toMatchObject({ iat: now + iat, exp: now + exp });
  else await expect(verifying).rejects.toMatchObject({ code: 'identity_rejected' });
});

test.each<[string, Record<string, unknown>]>([
  ['sub', { sub: '' }],
  ['sub', { sub: 'x'.repeat(256) }],
  ['sub', { sub: 7 }],
  ['azp', { azp: 7 }],
  ['aud', { aud: ['kinpass', 'another'] }],
  ['azp', { aud: ['kinpass', 'a-trusted-one'] }],
  ['azp', { azp: 'another' }],
  ['exp', { iat: now, exp: now }],
  ['exp', { exp: now + days(32) }],
  ['nonce', { nonce: 7 }],
  ['nonce', { nonce: undefined }],
  ['at_hash', { at_hash: 7 }],
  ['at_hash', { at_hash: '' }],
  ['ERR_JWT_CLAIM_VALIDATION_FAILED iss', { iss: 'https://mallory.example' }],
  ['ERR_JWT_CLAIM_VALIDATION_FAILED sub', { sub: undefined }],
  ['ERR_JWT_EXPIRED exp', { iat: now - 60, exp: now - 60 }],
])('a rejection names %s', async (name, changes) => {
  const verifying = verify((one) => ({ ...one, claims: { ...one.claims, ...changes } }));
  await expect(verifying).rejects.toMatchObject({ detail: `id_token: ${name}` });
});

test('a rejection names spelling, type, key and signature', async () => {
  const withHeader =
    (changes: Draft['header']): Bend =>
    (one) => ({ ...one, header: { ...one.header, ...changes } });
  await expect(verify(() => 'a.b')).rejects.toMatchObject({ detail: 'id_token: size or spelling' });
  for (const typ of ['at+jwt', 'jwt+x', 'x-jwt', 'x/jwt', 7, '', ['jwt']])
    await expect(verify(withHeader({ typ }))).rejects.toMatchObject({ detail: 'id_token: typ' });
  await expect(verify(withHeader({ kid: 'nobody' }))).rejects.toMatchObject({
    detail: 'id_token: ERR_JWKS_NO_MATCHING_KEY',
  });
  const stranger: Bend = (one) => ({ ...one, key: newSigningKey('one').privateKey });
  await expect(verify(stranger)).rejects.toMatchObject({
    detail: 'id_token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
});

test.each<[string, unknown]>([
  ['identity_provider_unavailable', fail('identity_provider_unavailable')],
  ['identity_rejected', new Error('a secret')],
  ['identity_rejected', 'a secret'],
])('when finding the key fails: %s', async (code, thrown) => {
  const noKeys = { find: () => Promise.reject(thrown) };
  const error: unknown = await verifyIdToken(
    { rules, keys: noKeys, clock },
    { idToken: seal(draft), nonce: 'the nonce' },
  ).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  if (code === 'identity_rejected') expect(error).toMatchObject({ detail: 'id_token: key or signature' });
});

test('at_hash is half of the hash that belongs to the algorithm: SHA-512 for EdDSA', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const half = (hash: string, length: number) =>
    createHash(hash).update('the access token').digest().subarray(0, length).toString('base64url');
  const verifyWith = async (at_hash: string) => {
    const idToken = await new SignJWT({ ...draft.claims, at_hash })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'ed' })
      .sign(privateKey);
    const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'OKP', kid: 'ed' };
    return verifyIdToken(
      { rules: { ...rules, algorithm: 'EdDSA' }, keys: { find: createLocalJWKSet({ keys: [jwk] }) }, clock },
      { idToken, nonce: 'the nonce', accessToken: 'the access token' },
    );
  };
  expect(await verifyWith(half('sha512', 32))).toMatchObject({ sub: 'ana' });
  for (const wrong of [half('sha256', 16), half('sha512', 16), half('sha512', 64)])
    await expect(verifyWith(wrong)).rejects.toMatchObject({ detail: 'id_token: at_hash' });
});

test.each(['PS256', 'RS384'])('a sound %s signature is refused where RS256 is pinned', async (alg) => {
  const anyAlgorithm = createLocalJWKSet({ keys: [{ kty: 'RSA', ...key.jwk, alg: undefined }] } as never);
  const idToken = await new SignJWT({ ...draft.claims })
    .setProtectedHeader({ alg, kid: 'one' })
    .sign(key.privateKey);
  const input = { idToken, nonce: 'the nonce' };
  const verifying = verifyIdToken({ rules, keys: { find: anyAlgorithm }, clock }, input);
  await expect(verifying).rejects.toMatchObject({ detail: 'id_token: ERR_JOSE_ALG_NOT_ALLOWED' });
});

test('at_hash follows the hash of the signature algorithm', async () => {
  const mismatch = verify((one) => one, { accessToken: 'another access token' });
  await expect(mismatch).rejects.toMatchObject({ detail: 'id_token: at_hash' });
});

test('a refusal names the check and repeats nothing of the token', async () => {
  const bend: Bend = (one) => ({ ...one, claims: { ...one.claims, aud: 'secret-audience' } });
  const error: unknown = await verify(bend).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ detail: 'id_token: ERR_JWT_CLAIM_VALIDATION_FAILED aud' });
  expect(error).not.toHaveProperty('cause');
});
