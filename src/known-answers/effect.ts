import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import type { Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import { lastingProfiles } from './profiles.ts';

/**
 * What a call does to profiles that are known:
 * - `here`: they may have changed a little, which only the process that the device uses needs to know. `isDenial`: and what
 *   preauthorization permitted may not be so any more;
 * - `everywhere`: they may be others, or gone. `pendingUntil`: or will be at any time until then (epoch milliseconds), since
 *   the viewer is about to log in, from `pendingSince` on; a time that is over says that this is done.
 */
export type Effect =
  | { readonly kind: 'here'; readonly isDenial: boolean }
  | { readonly kind: 'everywhere'; readonly pendingUntil?: number; readonly pendingSince?: number };

const everywhere: Effect = { kind: 'everywhere' };
const loggedIn: Effect = { kind: 'everywhere', pendingUntil: 0 };

/** Codes after which the viewer must log in again. Source: REST API V2, enhanced error codes. */
const profileIsGone = ['authenticated_profile_', 'authorization_denied_by_session_invalidated'];

/** Decisions have errors of their own. */
const decides = new Set<string>([operations.preauthorize.name, operations.authorize.name]);

/** Found in the text, which is not parsed for this. One that is there for another reason costs a call. */
const saysProfileIsGone = (operation: Operation, answer: Answer): boolean => {
  if (answer.status < 400 && !decides.has(operation.name)) return false;
  const text = answer.bytes ?? JSON.stringify(answer.body);
  return profileIsGone.some((code) => text.includes(code));
};

const time = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const openSession = z.object({
  code: z.string().min(1),
  notAfter: time,
  notBefore: time.optional().catch(undefined),
});

const ofSession = ({ status, body }: Answer): Effect | undefined => {
  if (status !== 200) return undefined;
  const session = openSession.safeParse(body);
  if (!session.success) return everywhere;
  const { notAfter: pendingUntil, notBefore: pendingSince } = session.data;
  return { kind: 'everywhere', pendingUntil, ...(pendingSince !== undefined && { pendingSince }) };
};

const denied = z.object({ decisions: z.array(z.object({ authorized: z.boolean() })) });

/** A permit is not parsed for this. */
const isDenial = (answer: Answer): boolean => {
  if (answer.bytes && !answer.bytes.includes('false')) return false;
  const { data } = denied.safeParse(answer.body);
  return data?.decisions.some(({ authorized }) => !authorized) ?? true;
};

const withProfile = z.object({
  profiles: z.record(z.string(), z.unknown()).refine((all) => Object.keys(all).length > 0),
});

/** By operation. An operation that is not here changes no profile. */
const effects: Readonly<Record<string, (answer: Answer) => Effect | undefined>> = {
  [operations.createSession.name]: ofSession,
  [operations.resumeSession.name]: ofSession,
  [operations.createPartnerSession.name]: ofSession,
  [operations.createPartnerProfile.name]: ({ status }) => (status < 300 ? loggedIn : undefined),
  [operations.getProfileByCode.name]: ({ body }) =>
    withProfile.safeParse(body).success ? loggedIn : undefined,
  // Some attributes are known only after authorization (user metadata of Charter).
  [operations.authorize.name]: (answer) =>
    answer.status === 200 ? { kind: 'here', isDenial: isDenial(answer) } : undefined,
  [operations.logOut.name]: () => everywhere,
};

/** Operations of which nobody knows what they did when there is no answer. */
const unclear = new Set<string>([operations.createPartnerProfile.name, operations.logOut.name]);

/** The effect of a call; `answer`: undefined if there is none. Pure. */
export const effectOf = (operation: Operation, answer: Answer | undefined): Effect | undefined => {
  if (!answer) return unclear.has(operation.name) ? everywhere : undefined;
  return saysProfileIsGone(operation, answer) ? everywhere : effects[operation.name]?.(answer);
};

/**
 * Whether profiles say that the viewer has logged in since a session was created: one of them is the device's own and newer. Times
 * are Adobe's. Pure.
 */
export const saysLoggedIn = (answer: Answer, since: number): boolean =>
  (lastingProfiles(answer) ?? []).some(
    ({ type, notBefore }) => type === 'regular' && notBefore !== undefined && notBefore >= since,
  );
