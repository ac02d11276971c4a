import { X509Certificate } from 'node:crypto';
import { importJWK } from 'jose';
import { expect, test } from 'vitest';
import { importKey } from '#src/service-token/add-key';
import { handOver } from '#src/service-token/hand-over';
import { rsaPem } from './keys.ts';
import { hour, keysFolder } from './keys-folder.ts';

test('a key is handed over in three forms that say the same, and never the private half', async () => {
  await using keys = await keysFolder();
  const desk = await keys.desk();
  const { kid, fingerprint } = await importKey(desk, rsaPem(3072), 'a key');
  const handover = await handOver(desk, kid);
  expect(handover).toMatchObject({ kid, bits: 3072 });
  expect(JSON.stringify(handover)).not.toMatch(/PRIVATE|"d"|\\"d\\"/);
  expect(handover.publicKeyFingerprint.replaceAll(':', '').toLowerCase()).toBe(fingerprint);

  const certificate = new X509Certificate(handover.certificatePem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.subject).toBe(`CN=Service token ${kid}`);
  expect(certificate.fingerprint256).toBe(handover.certificateFingerprint);
  expect(new Date(certificate.validFrom).getTime()).toBe(keys.clock.now());
  expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2040);
  expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).toBe(handover.publicPem);

  const jwk = JSON.parse(handover.jwk) as Record<string, string>;
  expect(jwk).toEqual({ kty: 'RSA', n: expect.any(String), e: 'AQAB', kid, alg: 'RS256', use: 'sig' });
  expect(await importJWK(jwk, 'RS256')).toBeDefined();
});

test('asked again later, the same bytes go out', async () => {
  await using keys = await keysFolder();
  const desk = await keys.desk();
  const { kid } = await importKey(desk, rsaPem(), 'a key');
  const first = await handOver(desk, kid);
  await keys.clock.advance(1_000 * hour);
  expect(await handOver(desk, kid)).toEqual(first);
});

test('a certificate that ends after 2049 says so in four digits', async () => {
  await using keys = await keysFolder();
  await keys.clock.advance(Date.UTC(2041, 5, 1) - keys.clock.now());
  const desk = await keys.desk();
  const { kid } = await importKey(desk, rsaPem(), 'a key');
  const { validFrom, validTo } = new X509Certificate((await handOver(desk, kid)).certificatePem);
  expect([validFrom, validTo]).toEqual(['Jun  1 00:00:00 2041 GMT', 'Jun  1 00:00:00 2051 GMT']);
});
