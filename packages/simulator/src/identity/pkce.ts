import { createHash } from 'node:crypto';

export interface Challenge {
  readonly value: string;
  readonly method: 'S256' | 'plain';
}

/** RFC 7636 §4.6. */
export const matchesChallenge = ({ value, method }: Challenge, verifier: string): boolean =>
  value === (method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'));
