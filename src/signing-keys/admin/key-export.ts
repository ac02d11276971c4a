import { toKeyObject } from '#src/lib/rsa-key';
import { selfSign } from '../key/certificate.ts';
import { publicFingerprint, toPublicJwk } from '../key/public-key.ts';
import { findKey, type KeyManager, testedSigner } from './key-manager.ts';
import { takeStep } from './take-step.ts';

/** What is sent to Adobe. Everything in it is public. Fingerprints are SHA-256, upper-case hex with colons. */
export interface KeyExport {
  readonly kid: string;
  readonly bits: number;
  /** SubjectPublicKeyInfo. */
  readonly publicPem: string;
  readonly publicKeyFingerprint: string;
  readonly certificatePem: string;
  readonly certificateFingerprint: string;
  /** RFC 7517, as the JWKS endpoint publishes it. */
  readonly jwk: string;
}

/**
 * A public key in every format that Adobe may ask for; the certificate proves that the private key is available.
 * Records the export in the ledger. Errors: key_step_refused, keys_invalid.
 */
export const createKeyExport = async (manager: KeyManager, name: string): Promise<KeyExport> => {
  const key = findKey((await manager.ledger.read()) ?? [], name);
  const { kid, members, createdAt } = key;
  const certificate = await selfSign({ kid, members, createdAt }, await testedSigner(manager, key));
  await takeStep(manager, { event: 'exported', key: kid });
  const object = toKeyObject(members);
  return {
    kid,
    bits: object.asymmetricKeyDetails?.modulusLength ?? 0,
    publicPem: String(object.export({ type: 'spki', format: 'pem' })),
    publicKeyFingerprint: withColons(publicFingerprint(members)),
    certificatePem: certificate.toString(),
    certificateFingerprint: certificate.fingerprint256,
    jwk: `${JSON.stringify(toPublicJwk(kid, members), null, 2)}\n`,
  };
};

const withColons = (hex: string): string => hex.toUpperCase().match(/../g)?.join(':') ?? '';
