import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { prove } from './prove.ts';
import { kidSchema, type PublicMembers, publicMembers, thumbprint, unfit } from './public-key.ts';
import { createLocalSigner } from './signer.ts';

/** A private key and what it is called. */
export interface Material {
  readonly kid: string;
  readonly members: PublicMembers;
  readonly key: KeyObject;
}

const plainPem = /^-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----$/;
const sealedPem = /^-----BEGIN ENCRYPTED PRIVATE KEY-----[^-]+-----END ENCRYPTED PRIVATE KEY-----$/;

const number = z.string().regex(/^[\w-]+$/);

/** RFC 7517 §4, RFC 7518 §6.3.2. What a key says of its use must be what it is used for. */
const privateJwk = z.looseObject({
  kty: z.literal('RSA', 'must be RSA'),
  use: z.literal('sig', 'must be sig').optional(),
  alg: z.literal('RS256', 'must be RS256').optional(),
  key_ops: z.array(z.literal('sign', 'must be ["sign"]')).length(1, 'must be ["sign"]').optional(),
  kid: kidSchema.optional(),
  n: number,
  e: z.literal('AQAB', 'must be AQAB (65537)'),
  d: z.string('is missing: this is a public key, a private one belongs here').regex(/^[\w-]+$/),
  p: number,
  q: number,
  dp: number,
  dq: number,
  qi: number,
});

/**
 * A private key out of a file's text: one PKCS#8 PEM, plain or under the passphrase, or one JWK. `source` names the
 * file in errors. Errors: keys_invalid, naming file, field and cure.
 */
export const readMaterial = async (text: string, source: string, passphrase?: string): Promise<Material> => {
  const { key, kid } = text.startsWith('{')
    ? readJwk(text, source)
    : { key: readPem(text, source, passphrase), kid: undefined };
  const members = publicMembers(key, source);
  await proveHalvesMatch(key, source);
  return { kid: kid ?? (await thumbprint(members)), members, key };
};

/** Readers take members that do not belong together; what such a key signs, nobody can verify. */
const proveHalvesMatch = async (key: KeyObject, source: string): Promise<void> => {
  if (!(await prove(createLocalSigner(key), createPublicKey(key)))) {
    throw unfit(
      source,
      'holds a private key (d) that is not that of its public half (n): restore it from a backup',
    );
  }
};

const readPem = (text: string, source: string, passphrase: string | undefined): KeyObject => {
  if (sealedPem.test(text)) return openSealed(text, source, passphrase);
  if (/^-----BEGIN PUBLIC KEY-----/.test(text)) {
    throw unfit(source, 'holds a public key: the private key (BEGIN PRIVATE KEY) belongs here');
  }
  if (!plainPem.test(text)) {
    throw unfit(
      source,
      'must hold one whole private key, in PKCS#8 PEM (BEGIN PRIVATE KEY … END PRIVATE KEY) or as a JWK; openssl pkcs8 -topk8 -nocrypt turns other forms into it',
    );
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw unfit(source, 'holds a damaged private key: restore it from a backup');
  }
};

const openSealed = (text: string, source: string, passphrase: string | undefined): KeyObject => {
  if (passphrase === undefined) {
    throw unfit(
      source,
      'is under a passphrase: set keys.passphrase (KINPASS_KEYS_PASSPHRASE, or KINPASS_KEYS_PASSPHRASE_FILE)',
    );
  }
  try {
    return createPrivateKey({ key: text, passphrase });
  } catch {
    throw unfit(
      source,
      'does not open with this passphrase, or is damaged: correct keys.passphrase (KINPASS_KEYS_PASSPHRASE, …_FILE)',
    );
  }
};

const readJwk = (text: string, source: string): { key: KeyObject; kid: string | undefined } => {
  const parsed = privateJwk.safeParse(parseJson(text, source));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unfit(source, `is no private RSA JWK for RS256: ${issue?.path.join('.')} ${issue?.message}`);
  }
  try {
    const { kty, n, e, d, p, q, dp, dq, qi, kid } = parsed.data;
    return { key: createPrivateKey({ key: { kty, n, e, d, p, q, dp, dq, qi }, format: 'jwk' }), kid };
  } catch {
    throw unfit(source, 'holds a damaged private key: restore it from a backup');
  }
};

const parseJson = (text: string, source: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw unfit(source, 'is no JSON: restore it from a backup');
  }
};

/** A fresh key of `bits`, as it lies in a file: PKCS#8 PEM, under the passphrase if there is one. */
export const makePem = async (passphrase?: string, bits = 2_048): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  return toPem(privateKey, passphrase);
};

export const toPem = (key: KeyObject, passphrase?: string): string =>
  String(
    key.export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }),
    }),
  ).trim();
