import type { Authorization } from '#src/fixtures';
import type { JsonObject } from '#src/lib/json';
import { assignmentIds, type Obligation, obligationIds, reasonCodes, sameName } from '#src/xacml-names';
import type { Denial, Verdict } from '../mvpd-ports.ts';
import type { Result } from './read-response.ts';

interface Circumstances {
  readonly authorization: Pick<Authorization, 'ttl' | 'unknownObligations'>;
  readonly now: number;
  /** Ends set elsewhere, epoch milliseconds; null if there is none. */
  readonly ends: { readonly conditions: number | null; readonly profile: number };
  readonly preflight: boolean;
}

const knownOnPermit = [obligationIds.log, obligationIds.reauthorize, obligationIds.ratings];

const find = (obligations: readonly Obligation[], id: string): Obligation | undefined =>
  obligations.find((obligation) => sameName(obligation.id, id));

const assigned = (obligations: readonly Obligation[], id: string): string | undefined =>
  obligations.flatMap(({ assignments }) => assignments).find((assignment) => sameName(assignment.id, id))
    ?.value;

/** The argument of re-authz. The documentation names no AttributeId, so the only whole number counts. */
const secondsOf = ({ assignments }: Obligation): number | null => {
  const numbers = assignments.map(({ value }) => value).filter((value) => /^\d{1,9}$/.test(value));
  return numbers.length === 1 ? Number(numbers[0]) : null;
};

/**
 * Time to live of a permit in milliseconds: the minimum of Adobe's setting, re-authz, and the remaining time of the
 * Conditions and the profile. Null if only the profile limits it: the authorization then fails.
 */
const ttlOf = (
  { authorization, now, ends }: Pick<Circumstances, 'authorization' | 'now' | 'ends'>,
  reauthorize: number | null,
): number | null => {
  const limits = [
    ...(authorization.ttl === null ? [] : [authorization.ttl * 1_000]),
    ...(reauthorize === null ? [] : [reauthorize * 1_000]),
    ...(ends.conditions === null ? [] : [ends.conditions - now]),
  ];
  return limits.length === 0 ? null : Math.min(...limits, ends.profile - now);
};

const denied = (code: Denial['code'], details?: string): Denial => ({
  permit: false,
  code,
  ...(details !== undefined && { details }),
});

const ratingsOf = (obligations: readonly Obligation[]): JsonObject | null => {
  const vchip = assigned(obligations, assignmentIds.maxVchip);
  const mpaa = assigned(obligations, assignmentIds.maxMpaa);
  if (vchip === undefined && mpaa === undefined) return null;
  return { ...(vchip !== undefined && { VCHIP: vchip }), ...(mpaa !== undefined && { MPAA: mpaa }) };
};

const reasons: Readonly<Record<string, Denial['code']>> = {
  [reasonCodes.outOfHome]: 'authorization_denied_by_hba_policies',
  [reasonCodes.sessionEnded]: 'authorization_denied_by_session_invalidated',
  [reasonCodes.unknownSubject]: 'identity_not_recognized_by_mvpd',
};

const refusalOf = ({ obligations, statusMessage }: Result, { preflight }: Circumstances): Denial => {
  const message = assigned(obligations, assignmentIds.message) ?? statusMessage ?? undefined;
  const details =
    message ?? (find(obligations, obligationIds.upgrade) ? 'Subscription upgrade required' : undefined);
  const reason = reasons[assigned(obligations, assignmentIds.reasonCode) ?? ''];
  if (reason) return denied(reason, details);
  if (preflight) return denied('preauthorization_denied_by_mvpd', details);
  if (find(obligations, obligationIds.restrict))
    return denied('authorization_denied_by_parental_controls', details);
  return denied('authorization_denied_by_mvpd', details);
};

/** Applies an MVPD's result: anything but a permit with obligations that Adobe can fulfil is a denial. */
export const fulfil = (result: Result, circumstances: Circumstances): Verdict => {
  const { obligations, decision } = result;
  if (decision !== 'Permit') return refusalOf(result, circumstances);
  const unknown = obligations.some(({ id }) => !knownOnPermit.some((known) => sameName(known, id)));
  const deny = circumstances.preflight ? 'preauthorization_denied_by_mvpd' : 'authorization_denied_by_mvpd';
  if (unknown && circumstances.authorization.unknownObligations === 'deny')
    return denied(deny, 'The MVPD permits under an unsupported obligation');
  const reauthorize = find(obligations, obligationIds.reauthorize);
  const seconds = reauthorize ? secondsOf(reauthorize) : null;
  if (reauthorize && seconds === null)
    return denied(deny, 'The MVPD requires reauthorization but sets no time');
  const ttl = ttlOf(circumstances, seconds);
  if (ttl === null) return denied(deny, 'Neither the MVPD nor the integration sets a time to live');
  const maxRating = ratingsOf(obligations);
  return { permit: true, ttl, ...(maxRating && { attributes: { maxRating } }) };
};
