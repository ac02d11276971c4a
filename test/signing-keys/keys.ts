import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { toKeyObject } from '#src/lib/rsa-key';
import { readPrivateKey } from '#src/signing-keys/key/private-key';
import { toPublicJwk } from '#src/signing-keys/key/public-key';
import { createLocalSigner } from '#src/signing-keys/key/signer';
import type { ActiveKey, KeyRing } from '#src/signing-keys/ports';

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
  signing(): ActiveKey;
}

/** A ring of one key that signs, without files. */
export const newKeyRing = async (): Promise<OneKey> => {
  const { kid, members, key } = await readPrivateKey(rsaPem(), 'keys/service-token.pem');
  const publicKey = toKeyObject(members);
  return {
    kid,
    privateKey: key,
    signing: () => ({ kid, ...createLocalSigner(key) }),
    publicKey: (wanted) => (wanted === kid ? publicKey : undefined),
    publicJwks: () => ({ keys: [toPublicJwk(kid, members)] }),
  };
};
