import { constants, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto';
import type { ServiceProvider, UserMetadata } from '#src/fixtures';
import type { Json, JsonObject } from '#src/lib/json';
import type { Key } from '../key.ts';
import { type EnhancedError, enhancedError, refuse } from '../refusal.ts';

export interface Attribute {
  readonly value: Json;
  readonly state: 'plain' | 'enc';
  readonly error?: EnhancedError;
}

export const plain = (value: Json): Attribute => ({ value, state: 'plain' });

/** The tables know strings, numbers, lists and maps: what is true or false is told as a word. */
const told = (value: Json): Json => (typeof value === 'boolean' ? String(value) : value);

const usual: UserMetadata = { certificate: 'generated', encrypted: ['zip'], padding: 'pkcs1' };

const paddings = {
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  'oaep-sha1': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'oaep-sha256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
} as const;

/** PKCS#1 v1.5 pads with 11 bytes, OAEP with two hashes and two bytes more. */
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
 * User metadata as it leaves: sensitive attributes as Base64 of RSA over the UTF-8 JSON of their value, for the
 * programmer's certificate. Where it is missing or unfit, or the value too long for it, the metadata cannot be had.
 */
export const createUserMetadata = ({ key }: { key: Pick<Key, 'publicKey'> }) => {
  const certificateOf = async ({ certificate }: UserMetadata): Promise<KeyObject | null> =>
    certificate === null
      ? null
      : readCertificate(certificate === 'generated' ? await key.publicKey() : certificate);

  const encrypt = (certificate: KeyObject | null, padding: UserMetadata['padding'], value: Json) => {
    const clear = Buffer.from(JSON.stringify(value));
    const room = (certificate?.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - overhead[padding];
    return certificate === null || clear.length > room
      ? null
      : publicEncrypt({ key: certificate, ...paddings[padding] }, clear).toString('base64');
  };

  /** `missing` says where the fault of a certificate stands: as a 500, or in the attribute. */
  return async (
    serviceProvider: ServiceProvider,
    attributes: JsonObject,
    { missing, spoilt }: { missing: 'top' | 'attribute'; spoilt: boolean },
  ): Promise<Record<string, Attribute>> => {
    const settings = serviceProvider.userMetadata ?? usual;
    const sensitive = Object.keys(attributes).some((name) => settings.encrypted.includes(name));
    const certificate = sensitive && !spoilt ? await certificateOf(settings) : null;
    const entries = Object.entries(attributes).map(([name, value]): [string, Attribute] => {
      if (!settings.encrypted.includes(name)) return [name, plain(told(value))];
      const sealed = encrypt(certificate, settings.padding, told(value));
      if (sealed !== null) return [name, { value: sealed, state: 'enc' }];
      if (missing === 'top') throw refuse('invalid_configuration_user_metadata_certificate');
      const error = enhancedError('invalid_configuration_user_metadata_certificate');
      return [name, { value: '', state: 'enc', error }];
    });
    return Object.fromEntries(entries);
  };
};

export type UserMetadataOf = ReturnType<typeof createUserMetadata>;
