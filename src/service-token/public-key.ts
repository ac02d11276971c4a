import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { fail, type KinpassError } from '#src/lib/errors';
import type { PublicJwk } from './ports.ts';
import { hasRocaPrimes } from './roca.ts';

/** The public half as the ledger keeps it, base64url (RFC 7518 §6.3.1). */
export const publicMembersSchema = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() });

export type PublicMembers = z.output<typeof publicMembersSchema>;

/** Ids that may stand in a token's header, in a path and in a table. */
export const kidSchema = z.string().regex(/^[\w.~-]{1,128}$/);

/** A kid as it is typed on a command line, where a leading dash would make it an option. */
export const asOperand = (kid: string): string => (kid.startsWith('-') ? `-- ${kid}` : kid);

const leastBits = 2_048;
/** Longer ones make tokens that headers do not hold, and take 100 ms to sign. */
const mostBits = 8_192;

const fitCommand = 'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 makes a fit one';

/** `source` names the file; `what` goes on from there. */
export const unfit = (source: string, what: string, cause?: unknown): KinpassError =>
  fail('keys_invalid', { field: source, hint: `${source} ${what}`, cause });

/**
 * The members of a public or private RSA key that is fit to sign with: 2048 bits or more, exponent 65537, no known
 * weakness. Errors: keys_invalid, naming file, field and cure.
 */
export const publicMembers = (key: KeyObject, source: string): PublicMembers => {
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  const refuse = (what: string) => unfit(source, `${what}; ${fitCommand}`);
  if (key.asymmetricKeyType !== 'rsa')
    throw refuse(`must hold an RSA key (kty), not ${key.asymmetricKeyType}`);
  if (modulusLength < leastBits || modulusLength > mostBits) {
    throw refuse(
      `must hold an RSA key of ${leastBits} bits or more (n), up to ${mostBits}, not ${modulusLength}`,
    );
  }
  if (publicExponent !== 65_537n) throw refuse('must hold an RSA key whose public exponent (e) is 65537');
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { kty, n, e } = publicMembersSchema.parse(publicKey.export({ format: 'jwk' }));
  if (hasRocaPrimes(n)) throw refuse('holds a key that can be factored (n, CVE-2017-15361)');
  return { kty, n, e };
};

export const toKeyObject = (members: PublicMembers): KeyObject =>
  createPublicKey({ key: { ...members }, format: 'jwk' });

/** The key's own name: its JWK thumbprint (RFC 7638), base64url. */
export const thumbprint = (members: PublicMembers): Promise<string> =>
  calculateJwkThumbprint({ kty: members.kty, n: members.n, e: members.e }, 'sha256');

/** SHA-256 of the SubjectPublicKeyInfo (DER), lower-case hex: what two people compare by telephone. */
export const publicFingerprint = (members: PublicMembers): string =>
  createHash('sha256')
    .update(toKeyObject(members).export({ type: 'spki', format: 'der' }))
    .digest('hex');

export const toPublicJwk = (kid: string, { n, e }: PublicMembers): PublicJwk => ({
  kty: 'RSA',
  n,
  e,
  kid,
  alg: 'RS256',
  use: 'sig',
});
