import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { compositeKey } from '#src/lib/single-flight';

/**
 * The `sub` of an account's service tokens: a keyed pseudonym. It depends on nothing that changes (address, key, provider,
 * token), reveals nothing about the viewer, and differs between families.
 */
export const createSubjectOf =
  (secret: Uint8Array) =>
  (family: string, account: string): string =>
    keyed(secret, 'subject-v1', family, account);

/** `Account.subjectVersion` of accounts whose subject was imported: it depends on no secret and no strategy. */
export const importedVersion = 0;

/** The `sub` made of an id at another service: a pseudonym too, equal for equal ids within a family. */
export const createSubjectOfClaim =
  (secret: Uint8Array) =>
  (family: string, value: string): string =>
    keyed(secret, 'subject-claim-v1', family, value);

/** Identifies a secret without revealing it. */
export const secretFingerprint = (secret: Uint8Array): string => keyed(secret, 'subject-fingerprint-v1');

/** A key object is made once: making one costs more than the hash. */
const keys = new WeakMap<Uint8Array, KeyObject>();

const keyOf = (secret: Uint8Array): KeyObject => {
  const key = keys.get(secret) ?? createSecretKey(secret);
  keys.set(secret, key);
  return key;
};

const keyed = (secret: Uint8Array, ...parts: readonly string[]): string =>
  createHmac('sha256', keyOf(secret))
    .update(compositeKey(...parts))
    .digest('base64url');
