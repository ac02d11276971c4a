import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Randomness is passed as an argument. */
export interface Ids {
  /** An unguessable value: `bytes` random bytes (default 32), base64url. */
  secret(bytes?: number): string;
  /** Unique, but not secret. */
  uuid(): string;
}

export const systemIds: Ids = {
  secret: (bytes = 32) => randomBytes(bytes).toString('base64url'),
  uuid: () => randomUUID(),
};

/** SHA-256 in base64url, as the key under which a secret is stored. Only for values with full entropy. */
export const fingerprint = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');
