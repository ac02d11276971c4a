import { createHmac } from 'node:crypto';
import { compositeKey } from '#src/lib/single-flight';

/**
 * The `sub` of an account's service tokens: a keyed pseudonym. It depends on nothing that changes (no address, key,
 * provider or token), says nothing about the viewer, and differs between families.
 */
export const createSubjectOf =
  (secret: Uint8Array) =>
  (family: string, account: string): string =>
    keyed(secret, 'subject-v1', family, account);

/** The `sub` of whoever has this id elsewhere: as unreadable as a pseudonym, and equal for equal ids of a family. */
export const createSubjectOfClaim =
  (secret: Uint8Array) =>
  (family: string, value: string): string =>
    keyed(secret, 'subject-claim-v1', family, value);

/** Tells a secret from another one, and nothing else of it. */
export const secretFingerprint = (secret: Uint8Array): string => keyed(secret, 'subject-fingerprint-v1');

const keyed = (secret: Uint8Array, ...parts: readonly string[]): string =>
  createHmac('sha256', secret)
    .update(compositeKey(...parts))
    .digest('base64url');
