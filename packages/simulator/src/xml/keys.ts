import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A party's RSA key pair for signing XML, generated lazily. */
export interface SigningKeys {
  privateKey(): Promise<KeyObject>;
  publicKey(): Promise<KeyObject>;
}

export const createSigningKeys = (): SigningKeys => {
  let generated: Promise<KeyObject> | undefined;
  const privateKey = (): Promise<KeyObject> => {
    generated ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then((pair) => pair.privateKey);
    return generated;
  };
  return { privateKey, publicKey: async () => createPublicKey(await privateKey()) };
};
