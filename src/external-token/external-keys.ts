import { createPublicKey, KeyObject, verify, type webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { JWTVerifyGetKey } from 'jose';
import { fail, hasCode, type KinpassError } from '#src/lib/errors';
import { invalidKeys, publicMembers } from '#src/lib/rsa-key';
import { invalidToken } from './errors.ts';
import type { IsOurs } from './ports.ts';

/**
 * Public keys from PEM files (SubjectPublicKeyInfo or X.509 certificate). PEM has no kid, so a token's key is the one
 * that verifies its signature. Errors: keys_invalid, naming the file.
 */
export const readExternalKeys = async (
  files: readonly string[],
  isOurs: IsOurs,
): Promise<JWTVerifyGetKey> => {
  const keys = await Promise.all(files.map(readKey));
  return (_header, { payload, signature, protected: header }) => {
    const signed = Buffer.from(`${header}.${String(payload)}`);
    const found = keys.find((key) => verify('sha256', signed, key, Buffer.from(signature, 'base64url')));
    if (!found) throw invalidToken('no configured key verifies the signature');
    if (isOurs(publicMembers(found, 'key').n)) throw invalidToken('the key is one of ours');
    return found;
  };
};

const readKey = async (file: string): Promise<KeyObject> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw invalidKeys(file, 'cannot be read: it must contain the public key of the identity service', cause);
  });
  if (/PRIVATE KEY/.test(text))
    throw invalidKeys(file, 'contains a private key; the public key (BEGIN PUBLIC KEY) is required');
  const key = parse(text);
  if (!key)
    throw invalidKeys(
      file,
      'must contain exactly one public key (BEGIN PUBLIC KEY) or certificate (BEGIN CERTIFICATE) in PEM',
    );
  publicMembers(key, file);
  return key;
};

const parse = (text: string): KeyObject | undefined => {
  if (text.match(/-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/g)?.length !== 1) return undefined;
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
};

const unreadable = ['identity_provider_unavailable', 'identity_provider_misconfigured'] as const;

/**
 * Checks the keys that an identity service publishes (RFC 7517) before they are used; `find` loads and caches them. A
 * token must name its key, and the key must meet the requirements for our own.
 * Errors: gateway_external_token_invalid, gateway_external_keys_unavailable.
 */
export const checkedExternalKeys = (find: JWTVerifyGetKey, isOurs: IsOurs): JWTVerifyGetKey => {
  const moduli = new WeakMap<KeyObject | webcrypto.CryptoKey, string>();
  return async (header, token) => {
    if (header.kid === undefined) throw invalidToken('it does not name a key (kid)');
    const key = await Promise.resolve(find(header, token)).catch((error: unknown) => {
      const unread = unreadable.some((code) => hasCode(error, code));
      throw unread ? unavailable(error) : error;
    });
    if (!(key instanceof CryptoKey || key instanceof KeyObject))
      throw invalidToken('the key is not a public key');
    const modulus = moduli.get(key) ?? modulusOf(key instanceof KeyObject ? key : KeyObject.from(key));
    moduli.set(key, modulus);
    if (isOurs(modulus)) throw invalidToken('the key is one of ours');
    return key;
  };
};

const modulusOf = (key: KeyObject): string => {
  try {
    return publicMembers(key, 'key').n;
  } catch {
    throw invalidToken('the key does not meet the requirements');
  }
};

const unavailable = (cause: unknown): KinpassError =>
  fail('gateway_external_keys_unavailable', { retryAfter: 5, cause });
