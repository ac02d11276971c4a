import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readMaterial } from '#src/service-token/material';
import type { KeyRing, Signing } from '#src/service-token/ports';
import { toKeyObject, toPublicJwk } from '#src/service-token/public-key';
import { createLocalSigner } from '#src/service-token/signer';

export const rsaPem = (modulusLength = 2048, publicExponent = 65_537): string =>
  String(
    generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
  ).trim();

export interface OneKey extends Pick<KeyRing, 'publicKey' | 'publicJwks'> {
  readonly kid: string;
  readonly privateKey: KeyObject;
  signing(): Signing;
}

/** A ring of one key that signs, without files. */
export const newKeyRing = async (): Promise<OneKey> => {
  const { kid, members, key } = await readMaterial(rsaPem(), 'keys/service-token.pem');
  const publicKey = toKeyObject(members);
  return {
    kid,
    privateKey: key,
    signing: () => ({ kid, ...createLocalSigner(key) }),
    publicKey: (wanted) => (wanted === kid ? publicKey : undefined),
    publicJwks: () => ({ keys: [toPublicJwk(kid, members)] }),
  };
};
