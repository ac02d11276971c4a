import { X509Certificate } from 'node:crypto';
import { importJWK } from 'jose';
import { expect, test } from 'vitest';
import { importKey } from '#src/signing-keys/admin/add-key';
import { createKeyExport } from '#src/signing-keys/admin/key-export';
import { rsaPem } from './keys.ts';
import { hour, keysFolder } from './keys-folder.ts';

test('a key is exported in three equivalent formats, without the private half', async () => {
  await using keys = await keysFolder();
  const manager = await keys.manager();
  const { kid, fingerprint } = await importKey(manager, rsaPem(3072), 'a key');
  const exported = await createKeyExport(manager, kid);
  expect(exported).toMatchObject({ kid, bits: 3072 });
  expect(JSON.stringify(exported)).not.toMatch(/PRIVATE|"d"|\\"d\\"/);
  expect(exported.publicKeyFingerprint).toMatch(/^([\dA-F]{2}:){31}[\dA-F]{2}$/);
  expect(exported.publicKeyFingerprint.replaceAll(':', '').toLowerCase()).toBe(fingerprint);

  const certificate = new X509Certificate(exported.certificatePem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.subject).toBe(`CN=Service token ${kid}`);
  expect(certificate.fingerprint256).toBe(exported.certificateFingerprint);
  expect(new Date(certificate.validFrom).getTime()).toBe(keys.clock.now());
  expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2040);
  expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).toBe(exported.publicPem);

  const jwk = JSON.parse(exported.jwk) as Record<string, string>;
  expect(jwk).toEqual({ kty: 'RSA', n: expect.any(String), e: 'AQAB', kid, alg: 'RS256', use: 'sig' });
  expect(await importJWK(jwk, 'RS256')).toBeDefined();
});

test('a later export gives the same bytes', async () => {
  await using keys = await keysFolder();
  const manager = await keys.manager();
  const { kid } = await importKey(manager, rsaPem(), 'a key');
  const first = await createKeyExport(manager, kid);
  await keys.clock.advance(1_000 * hour);
  expect(await createKeyExport(manager, kid)).toEqual(first);
});

test('a certificate that expires after 2049 has four-digit years', async () => {
  await using keys = await keysFolder();
  await keys.clock.advance(Date.UTC(2041, 5, 1) - keys.clock.now());
  const manager = await keys.manager();
  const { kid } = await importKey(manager, rsaPem(), 'a key');
  const { validFrom, validTo } = new X509Certificate((await createKeyExport(manager, kid)).certificatePem);
  expect([validFrom, validTo]).toEqual(['Jun  1 00:00:00 2041 GMT', 'Jun  1 00:00:00 2051 GMT']);
});
