import type { Lifetime } from './answer-cache.ts';
import type { KnownProfile } from './profiles.ts';

/**
 * How long profiles are kept: `freshness` milliseconds, but never longer than the first of them is valid. Answers without a profile, or
 * with one of another type than Adobe documents as lasting, are not kept. Pure.
 */
export const profileLifetime = (
  profiles: readonly KnownProfile[] | undefined,
  freshness: number,
): Lifetime | undefined =>
  profiles && {
    freshFor: freshness,
    staleFor: 0,
    validUntil: Math.min(...profiles.map(({ notAfter }) => notAfter)),
  };
