/**
 * Sealing at rest: secrets are stored with AES-256-GCM, bound to the place where they are stored, so that a value that
 * was altered or moved to another row cannot be opened. Refuses to say what could not be opened: errors name no row.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { fail } from '#src/lib/errors';
import { type Ids, systemIds } from '#src/lib/ids';

export interface Seal {
  /** `context` names the table, column and row; opening needs the same one. Returns `v1.` and base64url. */
  seal(text: string, context: string): string;
  /** Fails with `store_invalid` if key, context or value differ from those at sealing. */
  open(sealed: string, context: string): string;
  /** The lookup key of a text that is too guessable for a plain hash: HMAC-SHA-256, base64url. */
  index(text: string, context: string): string;
}

const algorithm = 'aes-256-gcm';
const version = 'v1.';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export const createSeal = (key: Uint8Array, ids: Ids = systemIds): Seal => {
  if (key.byteLength !== keyBytes) {
    throw fail('keys_invalid', { hint: `The sealing key must be ${keyBytes} bytes long.` });
  }
  const sealingKey = derive(key, 'kinpass seal');
  const indexKey = derive(key, 'kinpass index');

  return {
    seal(text, context) {
      const nonce = Buffer.from(ids.secret(nonceBytes), 'base64url');
      const cipher = createCipheriv(algorithm, sealingKey, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return version + body.toString('base64url');
    },
    open(sealed, context) {
      try {
        return unseal(sealed, context, sealingKey);
      } catch (cause) {
        throw fail('store_invalid', { detail: 'a sealed value cannot be opened', cause });
      }
    },
    index: (text, context) =>
      createHmac('sha256', indexKey).update(`${context}\0${text}`).digest('base64url'),
  };
};

/**
 * One key per purpose, so that the output of one reveals nothing about another (RFC 5869). A key object: Node.js makes one
 * of raw bytes at every use, which takes several times as long as the use.
 */
const derive = (key: Uint8Array, purpose: string): KeyObject =>
  createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', purpose, keyBytes)));

const unseal = (sealed: string, context: string, key: KeyObject): string => {
  const body = Buffer.from(sealed.slice(version.length), 'base64url');
  if (!sealed.startsWith(version) || body.length < nonceBytes + tagBytes)
    throw new Error('not a sealed value');
  const decipher = createDecipheriv(algorithm, key, body.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(body.subarray(-tagBytes));
  const text = decipher.update(body.subarray(nonceBytes, -tagBytes));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
};
