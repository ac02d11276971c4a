import { isDeepStrictEqual } from 'node:util';
import { type AdobePass, createAdobePass } from '#src/adobe-pass/adobe-pass';
import type { Config } from '#src/config/schema';
import type { Runtime } from './runtime.ts';

export interface Predecessor {
  readonly settings: Config['adobe'];
  readonly adobe: AdobePass;
}

/** The Adobe client outlives a change of other settings, with its connections and whoever waits for the rate limiter. */
export const openAdobe = (
  config: Config,
  { stores, lock, softState, clock, metrics }: Runtime,
  predecessor?: Predecessor,
): AdobePass =>
  predecessor && isSame(predecessor.settings, config.adobe)
    ? predecessor.adobe
    : createAdobePass({
        settings: config.adobe,
        records: stores.records,
        lock,
        allowances: softState.allowances,
        clock,
        maxTokens: config.caches.tokens,
        observe: metrics.adobeCalled,
      });

export const isSame = (a: Config['adobe'], b: Config['adobe']): boolean => isDeepStrictEqual(a, b);
