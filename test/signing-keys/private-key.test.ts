import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { signCompact } from '#src/service-token/sign-compact';
import { hasRocaPrimes } from '#src/signing-keys/admin/roca';
import { readPrivateKey } from '#src/signing-keys/key/private-key';
import { thumbprint, toPublicJwk } from '#src/signing-keys/key/public-key';
import { createLocalSigner } from '#src/signing-keys/key/signer';
import { rsaPem } from './keys.ts';
import { rfc7515Key } from './rfc7515-key.ts';

const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: KeyObject) => String(key.export(pkcs8)).trim();
const sealed = String(
  rsa.privateKey.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'open sesame' }),
).trim();
const jwk = (changes: object = {}) =>
  JSON.stringify({ ...rsa.privateKey.export({ format: 'jwk' }), ...changes });

describe('reads a private key', () => {
  test.each([
    ['from PKCS#8 PEM', pem(rsa.privateKey)],
    ['from encrypted PEM', sealed],
    ['from a JWK', jwk()],
    ['from a JWK that states its purpose', jwk({ use: 'sig', alg: 'RS256', key_ops: ['sign'] })],
  ])('%s', async (_, text) => {
    const { kid, members } = await readPrivateKey(text, 'keys/a.pem', 'open sesame');
    expect(kid).toBe(await calculateJwkThumbprint(members));
    const shown = toPublicJwk(kid, members);
    expect(Object.keys(shown).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(shown).toMatchObject({ kty: 'RSA', e: 'AQAB', alg: 'RS256', use: 'sig' });
  });

  test('keeps the kid of a JWK', async () => {
    expect(await readPrivateKey(jwk({ kid: 'programmer-2031' }), 'a.jwk')).toMatchObject({
      kid: 'programmer-2031',
    });
  });
});

const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = String(rsa.publicKey.export({ type: 'spki', format: 'pem' })).trim();

describe('rejects a key, naming file, field and cure:', () => {
  test.each([
    ['of 1024 bits', rsaPem(1024), /2048 to 8192 bits \(n\), not 1024.*openssl genpkey/],
    ['with the exponent 3', rsaPem(2048, 3), /\(e\) is 65537.*openssl genpkey/],
    [
      'of type EC',
      pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      /RSA key \(kty\), not ec/,
    ],
    [
      'restricted to PSS',
      pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey),
      /RSA key \(kty\)/,
    ],
    [
      'that is public',
      String(rsa.publicKey.export({ type: 'spki', format: 'pem' })).trim(),
      /contains a public key; the private key/,
    ],
    [
      'in PKCS#1',
      String(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })).trim(),
      /openssl pkcs8 -topk8/,
    ],
    ['next to another one', `${rsaPem()}\n${rsaPem()}`, /exactly one private key/],
    ['with a missing line', rsaPem().replace(/\n.{64}\n/, '\n'), /damaged.*backup/],
    ['that is truncated', rsaPem().slice(0, 900), /exactly one private key/],
    ['that is not a key', 'hello', /PKCS#8/],
    ['encrypted with another passphrase', sealed, /cannot be decrypted.*KINPASS_KEYS_PASSPHRASE/, 'sesame'],
    ['encrypted, if there is no passphrase', sealed, /is encrypted.*KINPASS_KEYS_PASSPHRASE_FILE/],
    ['with text before it', `x ${pem(rsa.privateKey)}`, /exactly one private key/],
    ['with text after it', `${pem(rsa.privateKey)} x`, /exactly one private key/],
    ['encrypted, with text before it', `x ${sealed}`, /exactly one private key/],
    ['encrypted, with text after it', `${sealed} x`, /exactly one private key/],
    ['with text before a public key', `x\n${publicPem}`, /exactly one private key/],
    [
      'as a JWK with an n in other characters',
      jwk({ n: 'a b' }),
      /is not a private RSA JWK for RS256: n must be base64url/,
    ],
    [
      'as a JWK with a p in other characters',
      jwk({ p: '!p' }),
      /is not a private RSA JWK for RS256: p must be base64url/,
    ],
    [
      'as a JWK with a d in other characters',
      jwk({ d: 'd!' }),
      /is not a private RSA JWK for RS256: d must be base64url/,
    ],
    ['as a JWK with a d that starts with others', jwk({ d: '!d' }), /is not a private RSA JWK for RS256: d /],
    ['as a JWK for two operations', jwk({ key_ops: ['sign', 'sign'] }), /key_ops must be \["sign"\]$/],
    ['as a JWK for another operation', jwk({ key_ops: ['verify'] }), /key_ops\.0 must be \["sign"\]$/],
    [
      'as a public JWK',
      JSON.stringify(rsa.publicKey.export({ format: 'jwk' })),
      /d is missing: this is a public key/,
    ],
    ['as a JWK for encryption', jwk({ use: 'enc' }), /use must be sig/],
    ['as a JWK of another algorithm', jwk({ alg: 'PS512' }), /alg must be RS256/],
    ['as a JWK for other operations', jwk({ key_ops: ['decrypt'] }), /key_ops/],
    ['as a JWK of exponent 1', jwk({ e: 'AQ' }), /e must be AQAB/],
    ['as a JWK of another type', JSON.stringify({ kty: 'oct', k: 'AAAA' }), /kty must be RSA/],
    ['as a JWK whose kid is not safe in a path', jwk({ kid: '../x' }), /kid/],
    [
      'as a JWK whose halves do not match',
      jwk({ n: other.privateKey.export({ format: 'jwk' }).n }),
      /\(d\) that does not match its public half|damaged/,
    ],
    ['as a JWK that is not valid JSON', '{"kty":', /is not valid JSON/],
  ] as [string, string, RegExp, string?][])('%s', async (_, text, reason, passphrase) => {
    const error: unknown = await readPrivateKey(text, 'keys/a.pem', passphrase).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'keys_invalid', field: 'keys/a.pem' });
    expect(error).toHaveProperty('hint', expect.stringMatching(reason));
    expect(error).toHaveProperty('hint', expect.stringMatching(/^keys\/a\.pem /));
  });
});

test('detects keys with ROCA primes', () => {
  // Primes of the flawed library are k·M + (65537^a mod M), M being the product of the first primes.
  const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];
  const more = [89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167];
  const m = [...primes, ...more].reduce((product, prime) => product * BigInt(prime), 1n);
  const flawed = (65_537n ** 11n % m) + m * 12_345n;
  const modulus = Buffer.from((flawed * (65_537n ** 7n % m)).toString(16).padStart(512, '0'), 'hex');
  expect(hasRocaPrimes(modulus.toString('base64url'))).toBe(true);
  expect(hasRocaPrimes(String(rsa.publicKey.export({ format: 'jwk' }).n))).toBe(false);
});

describe('published vectors', () => {
  test('RFC 7515 A.2: the signature of the example', async () => {
    const { key } = await readPrivateKey(JSON.stringify(rfc7515Key), 'RFC 7515');
    const payload = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';
    const token = await signCompact(createLocalSigner(key), '{"alg":"RS256"}', payload);
    expect(token).toBe(
      'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
    );
  });

  test('RFC 7638 §3.1: the thumbprint of the example', async () => {
    const members = {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
    } as const;
    expect(await thumbprint(members)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});
