import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';

const profilesShape = z.object({ profiles: z.record(z.string(), z.unknown()) });

/** Sessions give `notBefore` as a decimal string of epoch milliseconds, profiles as a number. */
const sinceShape = z.object({ notBefore: z.coerce.number() });

const sinceOf = (value: unknown): number | undefined => sinceShape.safeParse(value).data?.notBefore;

/** When a session began, milliseconds since 1970, as Adobe told it; 0 if it did not. */
export const beganAt = (session: Answer): number => sinceOf(session.body) ?? 0;

/** Whether there is a profile that is no older than the session. The device may have had others before. */
export const hasProfileOfSession = ({ status, body }: Answer, began: number): boolean => {
  const { profiles = {} } = profilesShape.safeParse(body).data ?? {};
  return status === 200 && Object.values(profiles).some((profile) => (sinceOf(profile) ?? began) >= began);
};
