import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { fail, type KinpassError } from './errors.ts';

/** The public half of an RSA key, base64url (RFC 7518 §6.3.1). */
export const publicMembersSchema = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() });

export type PublicMembers = z.output<typeof publicMembersSchema>;

const minBits = 2_048;
/** Longer keys make tokens that do not fit into a header, and take 100 ms to sign with. */
const maxBits = 8_192;

const validKeyCommand = 'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 generates a valid one';

/** `source` names the file or setting at fault; `problem` continues the sentence. */
export const invalidKeys = (source: string, problem: string, cause?: unknown): KinpassError =>
  fail('keys_invalid', { field: source, hint: `${source} ${problem}`, cause });

/**
 * The public members of a public or private RSA key that may be used for RS256: 2048 to 8192 bits, exponent 65537.
 * Errors: keys_invalid, naming file, field and cure.
 */
export const publicMembers = (key: KeyObject, source: string): PublicMembers => {
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  const invalid = (problem: string) => invalidKeys(source, `${problem}; ${validKeyCommand}`);
  if (key.asymmetricKeyType !== 'rsa')
    throw invalid(`must contain an RSA key (kty), not ${key.asymmetricKeyType}`);
  if (modulusLength < minBits || modulusLength > maxBits)
    throw invalid(`must contain an RSA key of ${minBits} to ${maxBits} bits (n), not ${modulusLength}`);
  if (publicExponent !== 65_537n) throw invalid('must contain an RSA key whose public exponent (e) is 65537');
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { kty, n, e } = publicMembersSchema.parse(publicKey.export({ format: 'jwk' }));
  return { kty, n, e };
};

export const toKeyObject = (members: PublicMembers): KeyObject =>
  createPublicKey({ key: { ...members }, format: 'jwk' });
