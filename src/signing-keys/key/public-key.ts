import { createHash } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { type PublicMembers, toKeyObject } from '#src/lib/rsa-key';
import type { PublicJwk } from '../ports.ts';

/** Key ids that are safe in a token's header, in a path and in a table. */
export const kidSchema = z.string().regex(/^[\w.~-]{1,128}$/);

/** A kid as it is typed on a command line, where a leading dash would make it an option. */
export const asOperand = (kid: string): string => (kid.startsWith('-') ? `-- ${kid}` : kid);

/** The default kid of a key: its JWK thumbprint (RFC 7638), base64url. */
export const thumbprint = (members: PublicMembers): Promise<string> =>
  calculateJwkThumbprint({ kty: members.kty, n: members.n, e: members.e }, 'sha256');

/** SHA-256 of the SubjectPublicKeyInfo (DER), lower-case hex: what two people compare over the phone. */
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
