import { type KeyObject, sign } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fail } from '#src/lib/errors';
import type { Signer } from '../ports.ts';

/** libuv's pool has four threads, which file access and DNS need too; on a small machine the event loop needs a core. */
const maxThreads = Math.max(1, Math.min(3, availableParallelism() - 1));

/** Signs with a local private key on libuv's thread pool, so that the event loop is not blocked. */
export const createLocalSigner = (key: KeyObject): Signer => {
  const queue: (() => void)[] = [];
  let running = 0;
  const startNext = (): void => {
    if (running >= maxThreads) return;
    const work = queue.shift();
    if (!work) return;
    running += 1;
    work();
  };
  return {
    sign: (bytes) =>
      new Promise((resolve, reject) => {
        queue.push(() =>
          sign('sha256', bytes, key, (cause, signature) => {
            running -= 1;
            startNext();
            if (cause) reject(fail('gateway_service_token_unavailable', { detail: 'signing failed', cause }));
            else resolve(signature);
          }),
        );
        startNext();
      }),
  };
};
