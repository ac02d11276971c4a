import { constants, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto';
import type { ServiceProvider, UserMetadata } from '#src/fixtures';
import type { Json, JsonObject } from '#src/lib/json';
import { type EnhancedError, enhancedError, refuse } from '../errors/refusal.ts';
import type { Key } from '../key.ts';

export interface Attribute {
  readonly value: Json;
  readonly state: 'plain' | 'enc';
  readonly error?: EnhancedError;
}

export const plain = (value: Json): Attribute => ({ value, state: 'plain' });

/** The documented types are strings, numbers, lists and maps, so that booleans are written as strings. */
const withoutBooleans = (value: Json): Json => (typeof value === 'boolean' ? String(value) : value);

const defaults: UserMetadata = { certificate: 'generated', encrypted: ['zip'], padding: 'pkcs1' };

const paddings = {
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  'oaep-sha1': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'oaep-sha256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
} as const;

/** Bytes of padding: 11 for PKCS#1 v1.5, two hashes and two bytes for OAEP. */
const overhead = { pkcs1: 11, 'oaep-sha1': 42, 'oaep-sha256': 66 } as const;

const readCertificate = (pem: string): KeyObject | null => {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
};

/**
 * User metadata in the form that apps receive. Sensitive attributes are encrypted for the programmer's certificate:
 * Base64 of RSA over the UTF-8 JSON of the value. This fails if the certificate is missing or not an RSA
 * certificate, or if the value is too long for its key.
 */
export const createUserMetadata = ({ key }: { key: Pick<Key, 'publicKey'> }) => {
  const certificateOf = async ({ certificate }: UserMetadata): Promise<KeyObject | null> =>
    certificate === null
      ? null
      : readCertificate(certificate === 'generated' ? await key.publicKey() : certificate);

  const encrypt = (certificate: KeyObject | null, padding: UserMetadata['padding'], value: Json) => {
    const plaintext = Buffer.from(JSON.stringify(value));
    const maxLength = (certificate?.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - overhead[padding];
    return certificate === null || plaintext.length > maxLength
      ? null
      : publicEncrypt({ key: certificate, ...paddings[padding] }, plaintext).toString('base64');
  };

  /** `missing`: whether a missing certificate is a 500 or an error of the attribute alone. */
  return async (
    serviceProvider: ServiceProvider,
    attributes: JsonObject,
    { missing, isMisconfigured }: { missing: 'top' | 'attribute'; isMisconfigured: boolean },
  ): Promise<Record<string, Attribute>> => {
    const settings = serviceProvider.userMetadata ?? defaults;
    const sensitive = Object.keys(attributes).some((name) => settings.encrypted.includes(name));
    const certificate = sensitive && !isMisconfigured ? await certificateOf(settings) : null;
    const entries = Object.entries(attributes).map(([name, value]): [string, Attribute] => {
      if (!settings.encrypted.includes(name)) return [name, plain(withoutBooleans(value))];
      const ciphertext = encrypt(certificate, settings.padding, withoutBooleans(value));
      if (ciphertext !== null) return [name, { value: ciphertext, state: 'enc' }];
      if (missing === 'top') throw refuse('invalid_configuration_user_metadata_certificate');
      const error = enhancedError('invalid_configuration_user_metadata_certificate');
      return [name, { value: '', state: 'enc', error }];
    });
    return Object.fromEntries(entries);
  };
};

export type UserMetadataOf = ReturnType<typeof createUserMetadata>;
