/**
 * How often Adobe is asked for what somebody waits for, and what ends the asking: a pure policy. Times are milliseconds.
 * Sources: REST API V2 checklist (polling), "Throttling mechanism".
 */
import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import { type ErrorCode, KinpassError } from '#src/lib/errors';

/** Adobe asks for three to five seconds between polls of one code. */
const minInterval = 4_000;

/** Polls of one code, when so many are polled for behind the same address: together half of what the address may call. */
export const pollInterval = (codes: number, perSecond: number): number =>
  Math.max(minInterval, (codes * 2_000) / perSecond);

const profilesShape = z.object({ profiles: z.record(z.string(), z.unknown()) });

/** Adobe could not say: it may be able to later. */
export const isFailure = ({ status }: Answer): boolean => status >= 500;

/** Waiting longer is pointless: there is a profile, or a refusal. */
export const isFinal = ({ status, body }: Answer): boolean => {
  if (status !== 200) return status < 500;
  const parsed = profilesShape.safeParse(body);
  return !parsed.success || Object.keys(parsed.data.profiles).length > 0;
};

/** Of Adobe, the way to it, or the store: the request is as good as before. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'gateway_throttled',
  'gateway_address_busy',
  'gateway_adobe_unreachable',
  'gateway_adobe_timeout',
  'gateway_adobe_answer_invalid',
  'gateway_unavailable',
]);

/** How long to wait after a failure, as told and no less than between polls; undefined if asking again is pointless. */
export const pauseAfter = (error: unknown): number | undefined =>
  error instanceof KinpassError && passing.has(error.code)
    ? Math.max(minInterval, (error.retryAfter ?? 0) * 1_000)
    : undefined;
