import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A party's RSA pair for signing XML, made when first needed. */
export interface SigningKeys {
  privateKey(): Promise<KeyObject>;
  publicKey(): Promise<KeyObject>;
}

export const createSigningKeys = (): SigningKeys => {
  let made: Promise<KeyObject> | undefined;
  const privateKey = (): Promise<KeyObject> => {
    made ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then((pair) => pair.privateKey);
    return made;
  };
  return { privateKey, publicKey: async () => createPublicKey(await privateKey()) };
};
