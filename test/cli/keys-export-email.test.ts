import { expect, test } from 'vitest';
import { exportEmail } from '#src/cli/keys/export-email';

const key = {
  kid: 'a-key',
  bits: 2048,
  publicPem: '',
  publicKeyFingerprint: 'AA:BB',
  certificatePem: '',
  certificateFingerprint: 'CC:DD',
  jwk: '',
};

const family = (issuer: string) => ({
  serviceToken: { issuer, audience: 'adobe', lifetime: 3_600_000, subject: { strategy: 'account' as const } },
});

test('Adobe is told issuer and audience of every family once, key and fingerprints', () => {
  const families = [family('https://a.example'), family('https://b.example'), family('https://a.example')];
  const letter = exportEmail(key, ['out/a.pem', 'out/b.pem'], families).join('\n');
  expect(letter).toContain('iss              https://a.example (aud adobe), https://b.example (aud adobe)\n');
  for (const part of [
    'a-key',
    '2048 bits',
    'SHA-256 AA:BB',
    'SHA-256 CC:DD',
    'three formats: a.pem, b.pem.',
  ]) {
    expect(letter).toContain(part);
  }
});

test('without settings the issuer is left open', () => {
  expect(exportEmail(key, [], []).join('\n')).toContain('(the issuer of your service tokens)');
});
