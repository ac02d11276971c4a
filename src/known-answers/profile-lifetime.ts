import type { Answer } from '#src/adobe-pass/types';
import type { Lifetime } from './answer-cache.ts';
import { lastingProfiles } from './profiles.ts';

interface Settings {
  /** Milliseconds for which profiles are kept; 0: never. */
  readonly freshness: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * How long profiles are kept: never longer than the first of them is valid. Answers without a profile, or with one of another
 * type than Adobe documents as lasting, are not kept. Pure.
 */
export const profileLifetime = (answer: Answer, { freshness, now }: Settings): Lifetime | undefined => {
  const profiles = freshness === 0 ? undefined : lastingProfiles(answer);
  if (!profiles) return undefined;
  const validFor = Math.min(...profiles.map(({ notAfter }) => notAfter)) - now;
  return validFor > 0 ? { freshFor: Math.min(freshness, validFor), staleFor: 0 } : undefined;
};
