/** What may be sent to Adobe again, and when: a pure policy. Source: REST API V2 checklist, error handling. */
import { KinpassError } from '#src/lib/errors';
import type { Operation } from '#src/rest-v2/operation';
import { isUnavailable, type Outcome } from './outcome.ts';
import { unsent } from './transport.ts';

const maxRepeats = 2;
/** Seconds. Who is asked to come back later than that is told so, rather than kept waiting. */
const longestPause = 2;

/**
 * Milliseconds before the next repeat after `repeats` earlier ones, no fewer than the seconds in Adobe's Retry-After. Undefined
 * when there are no more, or Adobe asks for too long a pause.
 */
export const backoff = (repeats: number, retryAfter = 0): number | undefined =>
  repeats < maxRepeats && retryAfter <= longestPause
    ? Math.max(250 * 4 ** repeats, retryAfter * 1_000)
    : undefined;

/**
 * Reads without side effects; a second POST might create a second session, a second logout end another. What never left may be
 * sent again whatever it is, once (RFC 9110 §9.2.2).
 */
export const mayRepeat = (
  { repeatable }: Pick<Operation, 'repeatable'>,
  outcome: Outcome,
  repeats: number,
): boolean =>
  repeatable === 'call'
    ? isUnavailable(outcome) && !isRefusedUntilLater(outcome)
    : repeats === 0 && isUnsent(outcome);

const isUnsent = (outcome: Outcome): boolean =>
  'error' in outcome && outcome.error instanceof KinpassError && outcome.error.facts['sent'] === unsent.sent;

/** An open circuit breaker names the time after which it is worth trying again. */
const isRefusedUntilLater = (outcome: Outcome): boolean =>
  'error' in outcome && outcome.error instanceof KinpassError && outcome.error.retryAfter !== undefined;
