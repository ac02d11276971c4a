import { verify } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createLocalSigner } from '#src/signing-keys/key/signer';
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
  for (const [n, signature] of (await Promise.all(signatures)).entries()) {
    expect(verify('sha256', texts[n] ?? Buffer.alloc(0), object, signature)).toBe(true);
  }
});
