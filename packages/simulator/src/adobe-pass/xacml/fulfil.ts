import type { Authorization } from '#src/fixtures';
import type { JsonObject } from '#src/lib/json';
import { assignmentIds, type Obligation, obligationIds, reasonCodes, sameName } from '#src/xacml-names';
import type { Denial, Verdict } from '../mvpd-ports.ts';
import type { Result } from './read-response.ts';

interface Circumstances {
  readonly authorization: Pick<Authorization, 'ttl' | 'unknownObligations'>;
  readonly now: number;
  /** Ends that others set, epoch milliseconds; null where there is none. */
  readonly ends: { readonly conditions: number | null; readonly profile: number };
  readonly preflight: boolean;
}

const knownOnPermit = [obligationIds.log, obligationIds.reauthorize, obligationIds.ratings];

const find = (obligations: readonly Obligation[], id: string): Obligation | undefined =>
  obligations.find((obligation) => sameName(obligation.id, id));

const assigned = (obligations: readonly Obligation[], id: string): string | undefined =>
  obligations.flatMap(({ assignments }) => assignments).find((assignment) => sameName(assignment.id, id))
    ?.value;

/** The argument of re-authz: the documentation names no AttributeId, so that any one whole number is it. */
const secondsOf = ({ assignments }: Obligation): number | null => {
  const numbers = assignments.map(({ value }) => value).filter((value) => /^\d{1,9}$/.test(value));
  return numbers.length === 1 ? Number(numbers[0]) : null;
};

/**
 * Milliseconds that a permit holds: the least of what Adobe configured, what re-authz asks for, and what the
 * Conditions and the profile leave. Null when nobody but the profile set a time: the authorization then fails.
 */
export const ttlOf = (
  { authorization, now, ends }: Pick<Circumstances, 'authorization' | 'now' | 'ends'>,
  reauthorize: number | null,
): number | null => {
  const set = [
    ...(authorization.ttl === null ? [] : [authorization.ttl * 1_000]),
    ...(reauthorize === null ? [] : [reauthorize * 1_000]),
    ...(ends.conditions === null ? [] : [ends.conditions - now]),
  ];
  return set.length === 0 ? null : Math.min(...set, ends.profile - now);
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
  const said = assigned(obligations, assignmentIds.message) ?? statusMessage ?? undefined;
  const details =
    said ?? (find(obligations, obligationIds.upgrade) ? 'Subscription upgrade required' : undefined);
  const reason = reasons[assigned(obligations, assignmentIds.reasonCode) ?? ''];
  if (reason) return denied(reason, details);
  if (preflight) return denied('preauthorization_denied_by_mvpd', details);
  if (find(obligations, obligationIds.restrict))
    return denied('authorization_denied_by_parental_controls', details);
  return denied('authorization_denied_by_mvpd', details);
};

/** What Adobe does at the MVPD's word: anything but a permit whose obligations it can fulfil is a denial. */
export const fulfil = (result: Result, circumstances: Circumstances): Verdict => {
  const { obligations, decision } = result;
  if (decision !== 'Permit') return refusalOf(result, circumstances);
  const unknown = obligations.some(({ id }) => !knownOnPermit.some((known) => sameName(known, id)));
  const deny = circumstances.preflight ? 'preauthorization_denied_by_mvpd' : 'authorization_denied_by_mvpd';
  if (unknown && circumstances.authorization.unknownObligations === 'deny')
    return denied(deny, 'The MVPD permits under an obligation that cannot be fulfilled');
  const reauthorize = find(obligations, obligationIds.reauthorize);
  const seconds = reauthorize ? secondsOf(reauthorize) : null;
  if (reauthorize && seconds === null)
    return denied(deny, 'The MVPD asks for another authorization without saying when');
  const ttl = ttlOf(circumstances, seconds);
  if (ttl === null) return denied(deny, 'Neither the MVPD nor the integration sets a time to live');
  const maxRating = ratingsOf(obligations);
  return { permit: true, ttl, ...(maxRating && { attributes: { maxRating } }) };
};
