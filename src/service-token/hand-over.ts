import { selfSign } from './certificate.ts';
import { type Desk, findKey, proveKey } from './desk.ts';
import { publicFingerprint, toKeyObject, toPublicJwk } from './public-key.ts';
import { takeStep } from './take-step.ts';

/** What goes to Adobe. All of it is public. Fingerprints are SHA-256, upper-case hex with colons. */
export interface Handover {
  readonly kid: string;
  readonly bits: number;
  /** SubjectPublicKeyInfo. */
  readonly publicPem: string;
  readonly publicKeyFingerprint: string;
  readonly certificatePem: string;
  readonly certificateFingerprint: string;
  /** RFC 7517, as the JWKS endpoint shows it. */
  readonly jwk: string;
}

/**
 * A key in every form that somebody may ask for; the certificate proves that the private key is at hand. Writes
 * down that it was exported. Errors: key_step_refused, keys_invalid.
 */
export const handOver = async (desk: Desk, name: string): Promise<Handover> => {
  const key = findKey((await desk.ledger.read()) ?? [], name);
  const { kid, members, madeAt } = key;
  const certificate = await selfSign({ kid, members, madeAt }, await proveKey(desk, key));
  await takeStep(desk, { event: 'exported', key: kid });
  const object = toKeyObject(members);
  return {
    kid,
    bits: object.asymmetricKeyDetails?.modulusLength ?? 0,
    publicPem: String(object.export({ type: 'spki', format: 'pem' })),
    publicKeyFingerprint: colons(publicFingerprint(members)),
    certificatePem: certificate.toString(),
    certificateFingerprint: certificate.fingerprint256,
    jwk: `${JSON.stringify(toPublicJwk(kid, members), null, 2)}\n`,
  };
};

const colons = (hex: string): string => hex.toUpperCase().match(/../g)?.join(':') ?? '';
