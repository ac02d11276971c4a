import { type KeyObject, sign } from 'node:crypto';
import { fail } from '#src/lib/errors';
import type { Signer } from './ports.ts';

/** Signs with a key of this machine, on a thread of libuv's pool: the event loop goes on meanwhile. */
export const createLocalSigner = (key: KeyObject): Signer => ({
  sign: (bytes) =>
    new Promise((resolve, reject) => {
      sign('sha256', bytes, key, (cause, signature) => {
        if (cause) reject(fail('gateway_service_token_unavailable', { detail: 'signing failed', cause }));
        else resolve(signature);
      });
    }),
});

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** Header and payload as a compact JWS (RFC 7515 §3.1); objects are spelled by JSON.stringify. Errors: the signer's. */
export const signCompact = async (
  signer: Signer,
  header: object | string,
  payload: object | string,
): Promise<string> => {
  const [first, second] = [header, payload].map((part) =>
    encoded(typeof part === 'string' ? part : JSON.stringify(part)),
  );
  const signature = await signer.sign(Buffer.from(`${first}.${second}`));
  return `${first}.${second}.${Buffer.from(signature).toString('base64url')}`;
};
