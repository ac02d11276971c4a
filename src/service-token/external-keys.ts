import { createPublicKey, KeyObject, verify, type webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { JWTVerifyGetKey } from 'jose';
import { fail, hasCode, type KinpassError } from '#src/lib/errors';
import { publicMembers, unfit } from './public-key.ts';

/** Whether a key (its modulus, base64url) is one of those that we sign with ourselves. */
export type IsOurs = (modulus: string) => boolean;

/**
 * Public keys out of PEM files (SubjectPublicKeyInfo or X.509 certificate). Such a file names no kid: the key is the one
 * whose signature it is. Errors: keys_invalid, naming the file.
 */
export const readExternalKeys = async (
  files: readonly string[],
  isOurs: IsOurs,
): Promise<JWTVerifyGetKey> => {
  const keys = await Promise.all(files.map(readKey));
  return (_header, { payload, signature, protected: header }) => {
    const signed = Buffer.from(`${header}.${String(payload)}`);
    const found = keys.find((key) => verify('sha256', signed, key, Buffer.from(signature, 'base64url')));
    if (!found) throw refused('no key of the files made the signature');
    if (isOurs(publicMembers(found, 'key').n)) throw refused('the key is one of ours');
    return found;
  };
};

const readKey = async (file: string): Promise<KeyObject> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unfit(file, 'cannot be read: it must hold the public key of the identity service', cause);
  });
  if (/PRIVATE KEY/.test(text))
    throw unfit(file, 'holds a private key: the public one (BEGIN PUBLIC KEY) belongs here');
  const key = parse(text);
  if (!key)
    throw unfit(
      file,
      'must hold one public key (BEGIN PUBLIC KEY) or certificate (BEGIN CERTIFICATE) in PEM',
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

/**
 * The keys that an identity service publishes (RFC 7517); `find` loads and keeps them. Tokens must name their key, and a
 * key must be as good as one of our own. Errors: gateway_external_token_invalid, gateway_external_keys_unavailable.
 */
export const fitExternalKeys = (find: JWTVerifyGetKey, isOurs: IsOurs): JWTVerifyGetKey => {
  const moduli = new WeakMap<KeyObject | webcrypto.CryptoKey, string>();
  return async (header, token) => {
    if (header.kid === undefined) throw refused('it names no key (kid)');
    const key = await Promise.resolve(find(header, token)).catch((error: unknown) => {
      throw hasCode(error, 'identity_provider_unavailable') ? unavailable(error) : error;
    });
    if (!(key instanceof CryptoKey || key instanceof KeyObject)) throw refused('the key is of another kind');
    const modulus = moduli.get(key) ?? modulusOf(key instanceof KeyObject ? key : KeyObject.from(key));
    moduli.set(key, modulus);
    if (isOurs(modulus)) throw refused('the key is one of ours');
    return key;
  };
};

const modulusOf = (key: KeyObject): string => {
  try {
    return publicMembers(key, 'key').n;
  } catch {
    throw refused('the key is unfit');
  }
};

const refused = (detail: string): KinpassError =>
  fail('gateway_external_token_invalid', {
    field: 'AD-Service-Token',
    detail: `external service token: ${detail}`,
  });

const unavailable = (cause: unknown): KinpassError =>
  fail('gateway_external_keys_unavailable', { retryAfter: 5, cause });
