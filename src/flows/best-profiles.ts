/** Which of several profiles an app plays with: a pure policy. Times are epoch milliseconds. */
import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';

/** A profile as Adobe describes it, with the MVPD that it is of. */
export interface Profile {
  readonly mvpd: string;
  readonly type: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly attributes: Readonly<Record<string, Json>>;
}

const profilesShape = z.object({
  profiles: z.record(
    z.string(),
    z.object({
      type: z.string(),
      issuer: z.string(),
      notBefore: z.number(),
      notAfter: z.number(),
      attributes: z.record(z.string(), z.json()),
    }),
  ),
});

/** Errors: gateway_adobe_answer_invalid. */
export const profilesIn = ({ body }: Pick<Answer, 'body'>): readonly Profile[] => {
  const parsed = profilesShape.safeParse(body);
  if (!parsed.success) throw fail('gateway_adobe_answer_invalid', { detail: 'the profiles cannot be read' });
  return Object.entries(parsed.data.profiles).map(([mvpd, profile]) => ({ mvpd, ...profile }));
};

/** Types of profiles that somebody else's login, or another app's, has brought. Source: REST API V2, Profiles. */
const singleSignOn = new Set(['serviceTokenSSO', 'platformSSO', 'appleSSO']);

interface Preference {
  /** The MVPD that the app remembers. */
  readonly remembered?: string | undefined;
  readonly now: number;
}

/** Those that are valid, the longest first. A trial is none: it is offered where there is no profile. */
const valid = (profiles: readonly Profile[], now: number): readonly Profile[] =>
  profiles
    .filter(({ type, notAfter }) => notAfter > now && type !== 'temporary')
    .toSorted((a, b) => b.notAfter - a.notAfter);

/** The wanted ones; all where none is. */
const preferably = (profiles: readonly Profile[], wanted: (profile: Profile) => boolean) => {
  const found = profiles.filter(wanted);
  return found.length > 0 ? found : profiles;
};

/**
 * The profiles to choose from: one where the policy decides, several where it does not, none where none is valid. The profile of
 * the MVPD that the app remembers comes first, then single sign-on, then the longest validity.
 */
export const bestProfiles = (
  profiles: readonly Profile[],
  { remembered, now }: Preference,
): readonly Profile[] => {
  const standing = valid(profiles, now);
  const known = standing.filter(({ mvpd }) => mvpd === remembered);
  if (known.length > 0) return known;
  const shared = preferably(standing, ({ type }) => singleSignOn.has(type));
  return shared.filter(({ notAfter }) => notAfter === shared[0]?.notAfter);
};
