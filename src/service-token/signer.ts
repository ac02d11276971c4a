import { type KeyObject, sign } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fail } from '#src/lib/errors';
import type { Signer } from './ports.ts';

/** The pool has four threads, which files and names need as well; a small machine's loop needs a core for itself. */
const threads = Math.max(1, Math.min(3, availableParallelism() - 1));

/** Signs with a key of this machine, on threads of libuv's pool: the event loop goes on meanwhile. */
export const createLocalSigner = (key: KeyObject): Signer => {
  const waiting: (() => void)[] = [];
  let busy = 0;
  const next = (): void => {
    if (busy >= threads) return;
    const work = waiting.shift();
    if (!work) return;
    busy += 1;
    work();
  };
  return {
    sign: (bytes) =>
      new Promise((resolve, reject) => {
        waiting.push(() =>
          sign('sha256', bytes, key, (cause, signature) => {
            busy -= 1;
            next();
            if (cause) reject(fail('gateway_service_token_unavailable', { detail: 'signing failed', cause }));
            else resolve(signature);
          }),
        );
        next();
      }),
  };
};

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
