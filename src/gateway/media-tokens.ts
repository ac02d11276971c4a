import type { Config } from '#src/config/schema';
import { createUseOnce } from '#src/flows/use-media-token-once';
import { readMediaTokenKeys } from '#src/media-token/read-keys';
import { createVerifyMediaToken, type VerifyMediaToken } from '#src/media-token/verify-media-token';
import type { Runtime } from './runtime.ts';

export interface MediaTokens {
  /** Leaves a token unused. */
  readonly check: VerifyMediaToken;
  /** Accepts a token once, across all nodes. */
  readonly verify: VerifyMediaToken;
}

/** Undefined without a key of Adobe's. Errors: keys_invalid. */
export const openMediaTokens = async (
  { mediaTokens: { keys: files, minKeyBits } }: Config,
  { clock, stores, log }: Runtime,
): Promise<MediaTokens | undefined> => {
  if (files.length === 0) {
    log.info({}, 'media tokens are passed on unchecked: mediaTokens.keys is empty');
    return undefined;
  }
  const keys = await readMediaTokenKeys(files, minKeyBits);
  const options = { keys, now: clock.now };
  return {
    check: createVerifyMediaToken(options),
    verify: createVerifyMediaToken({
      ...options,
      useOnce: createUseOnce({ counters: stores.counters, clock }),
    }),
  };
};
