/** What may be sent to Adobe again, and when: a pure policy. Source: REST API V2 checklist, error handling. */
import { type ErrorCode, KinpassError } from '#src/lib/errors';
import type { Operation } from '#src/rest-v2/operation';

const maxRepeats = 2;

const transportFailures: ReadonlySet<ErrorCode> = new Set([
  'gateway_adobe_unreachable',
  'gateway_adobe_timeout',
]);
const unavailable: ReadonlySet<number> = new Set([502, 503, 504]);

/** Milliseconds before the next repeat after `repeats` earlier ones; undefined when there are no more. */
export const backoff = (repeats: number): number | undefined =>
  repeats < maxRepeats ? 250 * 4 ** repeats : undefined;

/** How an attempt ended: the status of an answer, or what was thrown. */
type Outcome = { readonly status: number } | { readonly error: unknown };

/** Only reads without side effects: a second POST might create a second session, a second logout end another. */
export const mayRepeat = (operation: Operation, outcome: Outcome): boolean => {
  if (operation.repeatable !== 'call') return false;
  if ('status' in outcome) return unavailable.has(outcome.status);
  return outcome.error instanceof KinpassError && transportFailures.has(outcome.error.code);
};
