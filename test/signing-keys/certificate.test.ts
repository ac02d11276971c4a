import { createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { publicMembers } from '#src/lib/rsa-key';
import { selfSign } from '#src/signing-keys/key/certificate';
import { createLocalSigner } from '#src/signing-keys/key/signer';
import { rfc7515Key } from './rfc7515-key.ts';

const key = createPrivateKey({ key: rfc7515Key, format: 'jwk' });
const certify = (kid: string, createdAt: number) =>
  selfSign({ kid, members: publicMembers(key, 'RFC 7515'), createdAt }, createLocalSigner(key));

test('equal requests give equal bytes, checked once with openssl x509 -text', async () => {
  const certificate = await certify('a-key', Date.UTC(2030, 0, 31, 8));
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.serialNumber).toBe('6FD13C2435A361E7C588CD17F55F5AD3');
  expect(certificate.fingerprint256).toBe(
    'E6:E7:DB:BD:E6:DE:A7:6E:24:39:03:A1:FD:EA:A8:10:E9:34:79:7B:5B:D3:EF:D0:25:95:E2:2E:46:75:70:CB',
  );
});

test('a long kid is shortened to what a common name may hold', async () => {
  const { subject } = await certify('k'.repeat(100), Date.UTC(2030, 0, 31, 8));
  expect(subject).toBe(`CN=Service token ${'k'.repeat(50)}`);
});
