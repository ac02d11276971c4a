/** What may be sent to Adobe again, and when: a pure policy. Source: REST API V2 checklist, error handling. */
import { KinpassError } from '#src/lib/errors';
import type { Operation } from '#src/rest-v2/operation';
import { isUnavailable, type Outcome } from './outcome.ts';
import { unsent } from './transport.ts';

const maxRepeats = 2;

/** Milliseconds before the next repeat after `repeats` earlier ones; undefined when there are no more. */
export const backoff = (repeats: number): number | undefined =>
  repeats < maxRepeats ? 250 * 4 ** repeats : undefined;

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
