import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import { isJsonObject, type JsonObject } from '#src/lib/json';

/** A profile that stands until `notAfter`, as Adobe described it. Times are epoch milliseconds. */
export interface KnownProfile {
  readonly mvpd: string;
  /** `regular`, `appleSSO`, `platformSSO` or `serviceTokenSSO`. */
  readonly type: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** User metadata. */
  readonly attributes: JsonObject;
}

/** REST API V2, Profiles: types of profiles that stand until `notAfter`. `temporary` and `degraded` ones may end before. */
const lasting = new Set(['regular', 'appleSSO', 'platformSSO', 'serviceTokenSSO']);

const profileShape = z.object({
  type: z.string(),
  issuer: z.string(),
  notBefore: z.number(),
  notAfter: z.number(),
  // JSON, since it was parsed: to look at each value would cost more than everything else.
  attributes: z.custom<JsonObject>(isJsonObject).default({}),
});

const answerShape = z.object({ profiles: z.record(z.string(), profileShape) });

/**
 * The profiles of an answer, if there are some and each is of a type that Adobe documents as lasting. Else undefined: an answer
 * without a profile, or with one that may end at any time, says nothing about later. Pure.
 */
export const lastingProfiles = ({ status, body }: Answer): readonly KnownProfile[] | undefined => {
  const parsed = status === 200 ? answerShape.safeParse(body).data : undefined;
  const profiles = Object.entries(parsed?.profiles ?? {}).map(([mvpd, profile]) => ({ mvpd, ...profile }));
  return profiles.length > 0 && profiles.every(({ type }) => lasting.has(type)) ? profiles : undefined;
};

const storedShape = z.array(profileShape.extend({ mvpd: z.string() }));

/** As stored: undefined for what a later version wrote. */
export const readStored = (value: unknown): readonly KnownProfile[] | undefined =>
  storedShape.safeParse(value).data;
