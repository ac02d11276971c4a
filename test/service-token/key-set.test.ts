import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { createKeySet, loadKeySet } from '#src/service-token/key-set';
import { hasRocaPrimes } from '#src/service-token/roca';
import { rsaPem } from './keys.ts';

const pem = { type: 'pkcs8', format: 'pem' } as const;

describe('the service token key set', () => {
  test('is made at the first start and found at the next', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kinpass-keys-'));
    try {
      const [first, second] = [await loadKeySet(folder), await loadKeySet(folder)];
      expect(second.publicJwks()).toEqual(first.publicJwks());
      expect((await stat(join(folder, 'service-token.pem'))).mode & 0o777).toBe(0o600);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('shows public members only, under the thumbprint of the key', async () => {
    const keySet = await createKeySet(rsaPem(), 'a.pem');
    const [jwk, ...others] = keySet.publicJwks().keys;
    expect(others).toEqual([]);
    expect(Object.keys(jwk ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(jwk).toMatchObject({ kty: 'RSA', e: 'AQAB', alg: 'RS256', use: 'sig', kid: keySet.signing.kid });
    expect(await calculateJwkThumbprint(jwk ?? {})).toBe(keySet.signing.kid);
    expect(keySet.publicKey(keySet.signing.kid)?.type).toBe('public');
    expect(keySet.publicKey('another')).toBeUndefined();
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encrypted = { ...pem, cipher: 'aes-256-cbc', passphrase: 'x' };
  test.each([
    ['of 1024 bits', rsaPem(1024), '2048 bits'],
    ['with the exponent 3', rsaPem(2048, 3), '65537'],
    ['on a curve', String(generateKeyPairSync('ed25519').privateKey.export(pem)), 'RSA'],
    [
      'for PSS alone',
      String(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey.export(pem)),
      'RSA',
    ],
    ['that is public', String(rsa.publicKey.export({ type: 'spki', format: 'pem' })), 'private key'],
    ['in PKCS#1', String(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })), 'PKCS#8'],
    ['under a passphrase', String(rsa.privateKey.export(encrypted)), 'unencrypted'],
    ['beside another', `${rsaPem()}\n${rsaPem()}`, 'one unencrypted'],
    ['cut in the middle', rsaPem().replace(/\n.{64}\n/, '\n'), 'damaged'],
    ['that is none', 'hello', 'PKCS#8'],
  ])('refuses a key %s, naming file and cure', async (_, text, reason) => {
    const refusal = { code: 'keys_invalid', field: 'keys/a.pem' };
    const error: unknown = await createKeySet(text.trim(), 'keys/a.pem').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...refusal, hint: expect.stringContaining(reason) });
    expect(error).toHaveProperty('hint', expect.stringContaining('openssl genpkey'));
  });

  test('knows the fingerprint of factorable keys', () => {
    // Primes of the flawed library are k·M + (65537^a mod M), M being the product of the first primes.
    const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];
    const more = [89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167];
    const m = [...primes, ...more].reduce((product, prime) => product * BigInt(prime), 1n);
    const flawed = (65_537n ** 11n % m) + m * 12_345n;
    const modulus = Buffer.from((flawed * (65_537n ** 7n % m)).toString(16).padStart(512, '0'), 'hex');
    expect(hasRocaPrimes(modulus.toString('base64url'))).toBe(true);
    expect(hasRocaPrimes(String(rsa.publicKey.export({ format: 'jwk' }).n))).toBe(false);
  });
});
