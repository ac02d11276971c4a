import { generateKeyPairSync, verify } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createLocalSigner } from '#src/signing-keys/key/signer';
import { within } from '../support/within.ts';
import { newKeyRing } from './keys.ts';

test('many signatures at once are queued, and leave threads for the rest of the process', async () => {
  const { kid, privateKey, publicKey } = await newKeyRing();
  const signer = createLocalSigner(privateKey);
  const texts = Array.from({ length: 60 }, (_, n) => Buffer.from(`text ${n}`));
  let signed = 0;
  const signatures = texts.map(async (text) => {
    const signature = await signer.sign(text);
    signed += 1;
    return signature;
  });
  // File system calls need a thread of the same pool.
  await stat(import.meta.filename);
  expect(signed).toBeLessThan(30);

  const object = publicKey(kid);
  if (!object) throw new Error('the ring has the key');
  for (const [n, signature] of (await within(5_000, 'all are signed', Promise.all(signatures))).entries()) {
    expect(verify('sha256', texts[n] ?? Buffer.alloc(0), object, signature)).toBe(true);
  }
});

test('a key that cannot sign is an outage of service tokens', async () => {
  const { privateKey } = generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    hashAlgorithm: 'sha512',
    mgf1HashAlgorithm: 'sha512',
  });
  const signer = createLocalSigner(privateKey);
  for (let n = 0; n < 10; n++) {
    await expect(within(5_000, 'signing fails', signer.sign(Buffer.from('x')))).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
      detail: 'signing failed',
      cause: expect.any(Error),
    });
  }
});
