/** What may be said to Adobe again, and when: a pure policy. Source: REST API V2 checklist, error handling. */
import { type ErrorCode, KinpassError } from '#src/lib/errors';
import type { Operation } from '#src/rest-v2/operation';

const mostRepeats = 2;

const unanswered: ReadonlySet<ErrorCode> = new Set(['gateway_adobe_unreachable', 'gateway_adobe_timeout']);
const unwell: ReadonlySet<number> = new Set([502, 503, 504]);

/** Milliseconds before the repeat that follows `repeats` earlier ones; undefined when they are used up. */
export const backoff = (repeats: number): number | undefined =>
  repeats < mostRepeats ? 250 * 4 ** repeats : undefined;

/** How an attempt ended: the status of an answer, or what was thrown. */
type Outcome = { readonly status: number } | { readonly error: unknown };

/** Reads without side effects only: a second POST might open a second session, a second logout end another. */
export const mayRepeat = (operation: Operation, outcome: Outcome): boolean => {
  if (operation.repeatable !== 'call') return false;
  if ('status' in outcome) return unwell.has(outcome.status);
  return outcome.error instanceof KinpassError && unanswered.has(outcome.error.code);
};
