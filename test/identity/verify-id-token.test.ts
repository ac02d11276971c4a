import { createLocalJWKSet, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { type IdTokenRules, verifyIdToken } from '#src/identity/verify-id-token';
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
  algorithm: 'RS256',
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

const verify = (bend: Bend, input: { nonce?: string | null; accessToken?: string } = {}) =>
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

  test('without nonce only where no request of ours came before', async () => {
    const without: Bend = (one) => ({ ...one, claims: { ...one.claims, nonce: undefined } });
    await expect(verify(without)).rejects.toMatchObject({ code: 'identity_rejected' });
    expect(await verify(without, { nonce: null })).toMatchObject({ sub: 'ana' });
  });
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
