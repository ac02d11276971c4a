import { createHmac } from 'node:crypto';
import { compositeKey } from '#src/lib/single-flight';

/**
 * The `sub` of an account's service tokens: a keyed pseudonym. It depends on nothing that changes (no address, key,
 * provider or token), says nothing about the viewer, and differs between families.
 */
export const createSubjectOf =
  (secret: Uint8Array) =>
  (family: string, account: string): string =>
    createHmac('sha256', secret)
      .update(compositeKey('subject-v1', family, account))
      .digest('base64url');

export type SubjectOf = ReturnType<typeof createSubjectOf>;
