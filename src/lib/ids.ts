import { hash, randomBytes, randomUUID } from 'node:crypto';

/** Randomness as an argument. */
export interface Ids {
  /** An unguessable value: `bytes` random bytes (default 32), base64url. */
  secret(bytes?: number): string;
  /** A unique id that is not secret. */
  uuid(): string;
}

export const systemIds: Ids = {
  secret: (bytes = 32) => randomBytes(bytes).toString('base64url'),
  uuid: () => randomUUID(),
};

/** The hash under which a secret is stored and looked up: SHA-256, base64url. For values of full entropy only. */
export const fingerprint = (secret: string): string => hash('sha256', secret, 'base64url');
