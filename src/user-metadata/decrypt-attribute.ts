/**
 * Decrypts the attributes that Adobe Pass encrypts for the programmer (`state: "enc"`). This folder owns their forms and the
 * keys. It must not know apps, stores or HTTP, and puts no value, plain or encrypted, in an error.
 */
import { constants, type KeyObject, privateDecrypt } from 'node:crypto';
import { compactDecrypt } from 'jose';
import { type Json, parseJson } from '#src/lib/json';
import { type Padding, paddings } from '#src/lib/rsa-padding';
import { unpadPkcs1 } from './unpad-pkcs1.ts';

interface Options {
  /** Private RSA keys: the primary one, and those that attributes may still be encrypted for. */
  readonly keys: readonly KeyObject[];
  /** The one that is tried first. Adobe's documentation names none. */
  readonly padding: Padding;
}

/** Undefined if no key decrypts it, whatever the reason. Never rejects because of a value. */
export type DecryptAttribute = (value: string) => Promise<Json | undefined>;

const maxLength = 64 * 1024;
const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const keyManagement = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'];

/**
 * A value is a compact JWE, or the Base64 of RSA over UTF-8 text. The text is JSON, else the value itself. Every padding is tried
 * with every key. Source: Adobe Pass, User Metadata (legacy API: certificate of the programmer; JavaScript SDK: JWE).
 */
export const createDecryptAttribute = ({ keys, padding }: Options): DecryptAttribute => {
  const ordered = [padding, ...paddings.filter((other) => other !== padding)];
  return async (value) => {
    if (value.length > maxLength) return undefined;
    if (value.split('.').length === 5) return firstOf(keys.map((key) => () => decryptJwe(value, key)));
    if (!base64.test(value)) return undefined;
    const ciphertext = Buffer.from(value, 'base64');
    const attempts = ordered.flatMap((way) => keys.map((key) => () => decryptRsa(ciphertext, key, way)));
    return firstOf(attempts);
  };
};

const firstOf = async (
  attempts: readonly (() => Promise<Json | undefined> | Json | undefined)[],
): Promise<Json | undefined> => {
  for (const attempt of attempts) {
    const found = await attempt();
    if (found !== undefined) return found;
  }
  return undefined;
};

const decryptJwe = async (value: string, key: KeyObject): Promise<Json | undefined> => {
  try {
    const { plaintext } = await compactDecrypt(value, key, { keyManagementAlgorithms: keyManagement });
    return readValue(plaintext);
  } catch {
    return undefined;
  }
};

const decryptRsa = (ciphertext: Buffer, key: KeyObject, padding: Padding): Json | undefined => {
  const plaintext = plaintextOf(ciphertext, key, padding);
  return plaintext && readValue(plaintext);
};

/**
 * The padding of PKCS#1 v1.5 is removed here: Node.js either refuses it or, with a wrong key, returns random bytes in place of an error
 * (CVE-2023-46809), which would hide that another key is needed.
 */
const plaintextOf = (ciphertext: Buffer, key: KeyObject, padding: Padding): Uint8Array | undefined => {
  try {
    if (padding === 'pkcs1')
      return unpadPkcs1(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext));
    const oaepHash = padding === 'oaep-sha1' ? 'sha1' : 'sha256';
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, ciphertext);
  } catch {
    return undefined;
  }
};

/** Undefined if it is not text, as what a wrong key leaves behind. */
const readValue = (plaintext: Uint8Array): Json | undefined => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
    return (parseJson(text) as Json | undefined) ?? text;
  } catch {
    return undefined;
  }
};
