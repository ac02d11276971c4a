import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { issueText } from '#src/lib/issue-text';
import { invalidKeys, type PublicMembers, publicMembers } from '#src/lib/rsa-key';
import { kidSchema, thumbprint } from './public-key.ts';
import { selfTest } from './self-test.ts';
import { createLocalSigner } from './signer.ts';

export interface PrivateKeyMaterial {
  readonly kid: string;
  readonly members: PublicMembers;
  readonly key: KeyObject;
}

const plainPem = /^-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----$/;
const encryptedPem = /^-----BEGIN ENCRYPTED PRIVATE KEY-----[^-]+-----END ENCRYPTED PRIVATE KEY-----$/;

const notBase64url = 'must be base64url';

const number = z.string().regex(/^[\w-]+$/, notBase64url);

/** RFC 7517 §4, RFC 7518 §6.3.2. A key that states its purpose must state this one. */
const privateJwk = z.looseObject({
  kty: z.literal('RSA', 'must be RSA'),
  use: z.literal('sig', 'must be sig').optional(),
  alg: z.literal('RS256', 'must be RS256').optional(),
  key_ops: z.array(z.literal('sign', 'must be ["sign"]')).length(1, 'must be ["sign"]').optional(),
  kid: kidSchema.optional(),
  n: number,
  e: z.literal('AQAB', 'must be AQAB (65537)'),
  d: z
    .string('is missing: this is a public key, but a private key is required')
    .regex(/^[\w-]+$/, notBase64url),
  p: number,
  q: number,
  dp: number,
  dq: number,
  qi: number,
});

/**
 * The private key in the text of a file: one PKCS#8 PEM, plain or encrypted with the passphrase, or one JWK. `source`
 * names the file in errors. Errors: keys_invalid, naming file, field and cure.
 */
export const readPrivateKey = async (
  text: string,
  source: string,
  passphrase?: string,
): Promise<PrivateKeyMaterial> => {
  const { key, kid } = text.startsWith('{')
    ? readJwk(text, source)
    : { key: readPem(text, source, passphrase), kid: undefined };
  const members = publicMembers(key, source);
  await checkHalvesMatch(key, source);
  return { kid: kid ?? (await thumbprint(members)), members, key };
};

/** Parsers accept members that do not belong together; nobody can verify what such a key signs. */
const checkHalvesMatch = async (key: KeyObject, source: string): Promise<void> => {
  if (!(await selfTest(createLocalSigner(key), createPublicKey(key))))
    throw invalidKeys(
      source,
      'contains a private key (d) that does not match its public half (n): restore it from a backup',
    );
};

const readPem = (text: string, source: string, passphrase: string | undefined): KeyObject => {
  if (encryptedPem.test(text)) return decryptPem(text, source, passphrase);
  if (/^-----BEGIN PUBLIC KEY-----/.test(text))
    throw invalidKeys(source, 'contains a public key; the private key (BEGIN PRIVATE KEY) is required');
  if (!plainPem.test(text))
    throw invalidKeys(
      source,
      'must contain exactly one private key, as PKCS#8 PEM (BEGIN PRIVATE KEY … END PRIVATE KEY) or as a JWK; convert other formats with openssl pkcs8 -topk8 -nocrypt',
    );
  try {
    return createPrivateKey(text);
  } catch {
    throw invalidKeys(source, 'contains a damaged private key: restore it from a backup');
  }
};

const decryptPem = (text: string, source: string, passphrase: string | undefined): KeyObject => {
  if (passphrase === undefined)
    throw invalidKeys(
      source,
      'is encrypted: set keys.passphrase (KINPASS_KEYS_PASSPHRASE, or KINPASS_KEYS_PASSPHRASE_FILE)',
    );
  try {
    return createPrivateKey({ key: text, passphrase });
  } catch {
    throw invalidKeys(
      source,
      'cannot be decrypted: correct keys.passphrase (KINPASS_KEYS_PASSPHRASE, …_FILE), or restore the file from a backup if it is damaged',
    );
  }
};

const readJwk = (text: string, source: string): { key: KeyObject; kid: string | undefined } => {
  const jwk = parseJson(text, source);
  const parsed = privateJwk.safeParse(jwk);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidKeys(
      source,
      `is not a private RSA JWK for RS256: ${issue ? `${issue.path.join('.')} ${issueText(issue, jwk)}` : ''}`,
    );
  }
  try {
    const { kty, n, e, d, p, q, dp, dq, qi, kid } = parsed.data;
    return { key: createPrivateKey({ key: { kty, n, e, d, p, q, dp, dq, qi }, format: 'jwk' }), kid };
  } catch {
    throw invalidKeys(source, 'contains a damaged private key: restore it from a backup');
  }
};

const parseJson = (text: string, source: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidKeys(source, 'is not valid JSON: restore it from a backup');
  }
};

/** A new private key as it is stored in a file: PKCS#8 PEM, encrypted if there is a passphrase. */
export const generatePem = async (passphrase?: string, bits = 2_048): Promise<string> => {
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
