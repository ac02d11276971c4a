import { basename } from 'node:path';
import type { FamilyConfig } from '#src/config/schema';
import type { KeyExport } from '#src/signing-keys/admin/key-export';

type Family = Pick<FamilyConfig, 'serviceToken'>;

/** What to send to Adobe with the files. Without settings the issuer is left to whoever sends it. */
export const exportEmail = (
  key: KeyExport,
  files: readonly string[],
  families: readonly Family[],
): string[] => {
  const senders = [
    ...new Set(families.map(({ serviceToken: { issuer, audience } }) => `${issuer} (aud ${audience})`)),
  ];
  return [
    'Subject: Adobe Pass Authentication, public key of our AD-Service-Token',
    '',
    'Hello,',
    '',
    'please add the public key below to those that verify our AD-Service-Token (single sign-on with service tokens,',
    'REST API V2), and keep the keys that you have of us. We sign with it only after you have confirmed it.',
    '',
    `  iss              ${senders.length > 0 ? senders.join(', ') : '(the issuer of your service tokens)'}`,
    `  kid              ${key.kid}`,
    `  algorithm        RS256, RSA of ${key.bits} bits`,
    `  public key       SHA-256 ${key.publicKeyFingerprint}`,
    `  certificate      SHA-256 ${key.certificateFingerprint}`,
    '',
    `Enclosed, the same key in three forms: ${files.map((file) => basename(file)).join(', ')}.`,
    'Please compare the fingerprint of the public key with us by telephone, then confirm in writing.',
  ];
};
