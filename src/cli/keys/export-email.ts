import { basename } from 'node:path';
import type { FamilyConfig } from '#src/config/schema';
import type { KeyExport } from '#src/signing-keys/admin/key-export';

type Family = Pick<FamilyConfig, 'serviceToken'>;

/** The email to send to Adobe with the files. Without a configuration the issuer is a placeholder. */
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
    'please add the public key below to the keys that verify our AD-Service-Token (single sign-on with service tokens,',
    'REST API V2), and keep our existing keys. We will not sign with it before you have confirmed it.',
    '',
    `  iss              ${senders.length > 0 ? senders.join(', ') : '(the issuer of your service tokens)'}`,
    `  kid              ${key.kid}`,
    `  algorithm        RS256, RSA of ${key.bits} bits`,
    `  public key       SHA-256 ${key.publicKeyFingerprint}`,
    `  certificate      SHA-256 ${key.certificateFingerprint}`,
    '',
    `Attached is the same key in three formats: ${files.map((file) => basename(file)).join(', ')}.`,
    'Please verify the fingerprint of the public key with us by phone, then confirm in writing.',
  ];
};
