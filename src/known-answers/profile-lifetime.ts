import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import type { Lifetime } from './answer-cache.ts';

/** REST API V2, Profiles: types of profiles that stand until `notAfter`. `temporary` and `degraded` ones may end before. */
const lasting = new Set(['regular', 'appleSSO', 'platformSSO', 'serviceTokenSSO']);

const profilesShape = z.object({
  profiles: z.record(z.string(), z.object({ type: z.string(), notAfter: z.number() })),
});

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
  if (answer.status !== 200 || freshness === 0) return undefined;
  const parsed = profilesShape.safeParse(answer.body);
  const profiles = parsed.success ? Object.values(parsed.data.profiles) : [];
  if (profiles.length === 0 || !profiles.every(({ type }) => lasting.has(type))) return undefined;
  const validFor = Math.min(...profiles.map(({ notAfter }) => notAfter)) - now;
  return validFor > 0 ? { freshFor: Math.min(freshness, validFor), staleFor: 0 } : undefined;
};
