import { type ErrorCode, KinpassError } from '#src/lib/errors';

/** How an attempt ended: the status of an answer, or what was thrown. */
export type Outcome = { readonly status: number } | { readonly error: unknown };

const statuses: ReadonlySet<number> = new Set([502, 503, 504]);
const codes: ReadonlySet<ErrorCode> = new Set(['gateway_adobe_unreachable', 'gateway_adobe_timeout']);

/** Whether Adobe could not deal with the request at all. A 500 or a 429 is an answer. */
export const isUnavailable = (outcome: Outcome): boolean =>
  'status' in outcome
    ? statuses.has(outcome.status)
    : outcome.error instanceof KinpassError && codes.has(outcome.error.code);
