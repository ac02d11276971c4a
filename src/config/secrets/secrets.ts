import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { type KeyStorage, readOrMake } from './key-storage.ts';

export interface Secrets {
  /** Encrypts values in the database. */
  readonly sealing: Uint8Array;
  /** Key of the hash by which verified addresses are compared. */
  readonly link: Uint8Array;
  /** Signs the cookies of the sign-in pages. */
  readonly cookie: string;
  /** PKCS#8 PEM; signs ID tokens. Never the service token's key. */
  readonly idTokenPem: string;
}

export const secretBytes = 32;

/** The bytes of a secret. Errors: keys_invalid. */
export const decodeSecret = (path: string, text: string): Uint8Array => {
  const value = Buffer.from(text, 'base64url');
  if (value.length === secretBytes) return value;
  throw fail('keys_invalid', {
    field: path,
    hint: `${path} must hold ${secretBytes} bytes as base64url: restore it from a backup`,
  });
};

/** The gateway's own secrets, created at the first start. Errors: keys_invalid. */
export const loadSecrets = async (storage: KeyStorage, ids: Pick<Ids, 'secret'>): Promise<Secrets> => {
  const secret = (name: string) => readOrMake(storage, name, () => ids.secret(secretBytes));
  const binary = async (name: string) => decodeSecret(storage.place(name), await secret(name));
  return {
    sealing: await binary('sealing.secret'),
    link: await binary('link.secret'),
    cookie: await secret('cookie.secret'),
    idTokenPem: await readOrMake(storage, 'id-token.pem', makePem),
  };
};

const makePem = async (): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
};
