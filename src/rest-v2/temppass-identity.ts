import { createHash, createHmac } from 'node:crypto';

interface Recipe {
  /** User Information Key. */
  readonly key: string;
  readonly hash: 'sha256' | 'sha512';
  readonly pepper?: string | undefined;
}

/**
 * AP-TempPass-Identity of an identifier: Base64 of a JSON object whose only member is its hash in hexadecimal, a plain one or an HMAC.
 * Source: Adobe Pass, TempPass Feature ("Promotional TempPass"), which wants SHA-2; Header - AP-TempPass-Identity.
 */
export const tempPassIdentity = (identifier: string, { key, hash, pepper }: Recipe): string => {
  const digest = pepper === undefined ? createHash(hash) : createHmac(hash, pepper);
  const identity = { [key]: digest.update(identifier, 'utf8').digest('hex') };
  return Buffer.from(JSON.stringify(identity)).toString('base64');
};
