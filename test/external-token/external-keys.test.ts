import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CompactJWSHeaderParameters, type FlattenedJWSInput, jwtVerify } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { checkedExternalKeys, readExternalKeys } from '#src/external-token/external-keys';
import { fail } from '#src/lib/errors';
import { publicMembers } from '#src/lib/rsa-key';
import { selfSign } from '#src/signing-keys/key/certificate';
import { createLocalSigner } from '#src/signing-keys/key/signer';
import { rsaPair, signed } from '../support/external-issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-external-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [first, second, stranger] = [rsaPair(), rsaPair(), rsaPair()];
const publicPem = (key: KeyObject) => String(key.export({ type: 'spki', format: 'pem' }));
const nobody = () => false;

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const isFirst = (modulus: string) => modulus === first.publicKey.export({ format: 'jwk' }).n;

const tokenBy = ({ privateKey }: { privateKey: KeyObject }) =>
  signed({ alg: 'RS256' }, { sub: 'ana' }, privateKey);

describe('keys in PEM files', () => {
  const files = [write('a.pem', publicPem(first.publicKey)), write('b.pem', publicPem(second.publicKey))];

  test('the one that verifies the signature is used', async () => {
    const findKey = await readExternalKeys(files, nobody);
    for (const pair of [first, second]) {
      const { payload } = await jwtVerify(tokenBy(pair), findKey);
      expect(payload).toEqual({ sub: 'ana' });
    }
  });

  test('a certificate works like a key', async () => {
    const members = publicMembers(first.publicKey, 'first');
    const certificate = await selfSign(
      { kid: 'first', members, createdAt: 0 },
      createLocalSigner(first.privateKey),
    );
    const findKey = await readExternalKeys([write('certificate.pem', certificate.toString())], nobody);
    expect(await jwtVerify(tokenBy(first), findKey)).toHaveProperty('payload', { sub: 'ana' });
  });

  test('a signature by another key is rejected', async () => {
    const findKey = await readExternalKeys(files, nobody);
    await expect(jwtVerify(tokenBy(stranger), findKey)).rejects.toMatchObject({
      code: 'gateway_external_token_invalid',
      detail: 'external service token: no configured key verifies the signature',
    });
  });

  test('a key of ours is rejected', async () => {
    const findKey = await readExternalKeys(files, isFirst);
    await jwtVerify(tokenBy(second), findKey);
    await expect(jwtVerify(tokenBy(first), findKey)).rejects.toMatchObject({
      code: 'gateway_external_token_invalid',
      detail: 'external service token: the key is one of ours',
    });
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  test.each([
    [
      'a private key',
      String(first.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      /contains a private key; the public key \(BEGIN/,
    ],
    [
      'two keys',
      publicPem(first.publicKey) + publicPem(second.publicKey),
      /must contain exactly one public key/,
    ],
    ['no key', 'hello', /must contain exactly one public key.*or certificate/],
    [
      'a damaged key',
      publicPem(first.publicKey).replace(/\n.{64}\n/, '\n'),
      /must contain exactly one public key/,
    ],
    [
      'a damaged certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      /must contain exactly one public key/,
    ],
    ['an EC key', publicPem(ec.publicKey), /must contain an RSA key \(kty\), not ec/],
    ['a short key', publicPem(rsaPair(1024).publicKey), /2048 to 8192 bits/],
  ])('%s is rejected at the start, naming the file', async (_, text, message) => {
    const file = write('wrong.pem', text);
    await expect(readExternalKeys([...files, file], nobody)).rejects.toMatchObject({
      code: 'keys_invalid',
      field: file,
      hint: expect.stringMatching(message),
    });
  });

  test('a missing file is rejected at the start', async () => {
    const file = join(folder, 'missing.pem');
    await expect(readExternalKeys([file], nobody)).rejects.toMatchObject({
      code: 'keys_invalid',
      field: file,
      hint: `${file} cannot be read: it must contain the public key of the identity service`,
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
  });
});

describe('published keys', () => {
  const header: CompactJWSHeaderParameters = { alg: 'RS256', kid: 'one' };
  const token: FlattenedJWSInput = { payload: '', signature: '' };
  const found = (key: unknown) => async () => key as KeyObject;

  test('a key that meets the requirements is returned', async () => {
    expect(await checkedExternalKeys(found(first.publicKey), nobody)(header, token)).toBe(first.publicKey);
  });

  test('a key that becomes ours is rejected from then on', async () => {
    let ours = false;
    const find = checkedExternalKeys(found(first.publicKey), () => ours);
    await find(header, token);
    ours = true;
    await expect(find(header, token)).rejects.toMatchObject({
      detail: 'external service token: the key is one of ours',
    });
  });

  test('a header without kid is rejected before any key is looked up', async () => {
    let lookups = 0;
    const find = checkedExternalKeys(async () => {
      lookups += 1;
      return first.publicKey;
    }, nobody);
    await expect(find({ alg: 'RS256' }, token)).rejects.toMatchObject({
      detail: 'external service token: it does not name a key (kid)',
    });
    expect(lookups).toBe(0);
  });

  test.each([
    ['bytes', new Uint8Array(32), 'the key is not a public key'],
    ['a short key', rsaPair(1024).publicKey, 'the key does not meet the requirements'],
  ])('%s are rejected', async (_, key, detail) => {
    await expect(checkedExternalKeys(found(key), nobody)(header, token)).rejects.toMatchObject({
      code: 'gateway_external_token_invalid',
      detail: `external service token: ${detail}`,
    });
  });

  test('an outage of the identity service is reported as such, other errors as they are', async () => {
    const outage = fail('identity_provider_unavailable');
    const other = new Error('other');
    const failing = (error: Error) => checkedExternalKeys(() => Promise.reject(error), nobody)(header, token);
    await expect(failing(outage)).rejects.toMatchObject({
      code: 'gateway_external_keys_unavailable',
      retryAfter: 5,
      cause: outage,
    });
    await expect(failing(other)).rejects.toBe(other);
  });
});
