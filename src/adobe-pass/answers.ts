import type { ZodType } from 'zod';
import { fail } from '#src/lib/errors';
import type { Json, JsonObject } from '#src/lib/json';
import { enhancedError } from '#src/rest-v2/answers';
import type { TransportResponse } from './transport.ts';
import type { Answer } from './types.ts';

const deepest = 64;
/** Adobe names no time to wait; its throttle asks for one second at least. */
const shortestPause = 1;
const longestPause = 60;

/** What Adobe said, as JSON; undefined when it is none that can be handled safely. */
export const jsonOf = (body: Buffer): Json | undefined => {
  try {
    const value = JSON.parse(body.toString('utf8')) as Json;
    return isSound(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** No key that would reach into a prototype when copied, no depth that would overflow a stack. */
const isSound = (value: Json, depth: number): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= deepest || Object.hasOwn(value, '__proto__')) return false;
  return Object.values(value).every((member) => isSound(member, depth + 1));
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An answer that REST V2 knows: success in the operation's own shape, or an error in the enhanced one.
 * Errors: gateway_throttled, gateway_adobe_unreachable, gateway_adobe_answer_invalid.
 */
export const readAnswer = (response: TransportResponse, shape: ZodType): Answer => {
  const { status } = response;
  refuseThrottled(response);
  const body = jsonOf(response.body);
  if (status >= 200 && status < 300 && isObject(body) && shape.safeParse(body).success)
    return { status, body };
  if (status >= 400 && isObject(body) && enhancedError.safeParse(body).success) return { status, body };
  throw misread(status);
};

/** 429 comes from the proxy in front of Adobe Pass: HTML, and no word on when to come back. */
export const refuseThrottled = (response: TransportResponse): void => {
  if (response.status === 429) throw fail('gateway_throttled', { retryAfter: pauseOf(response) });
};

/** Seconds of silence that a 429 asks for. */
export const pauseOf = ({ headers }: Pick<TransportResponse, 'headers'>): number => {
  const asked = Number(headers['retry-after'] ?? shortestPause);
  if (!Number.isFinite(asked)) return shortestPause;
  return Math.min(Math.max(Math.ceil(asked), shortestPause), longestPause);
};

/** An answer that nothing can be done with. */
export const misread = (status: number) =>
  fail(status >= 500 ? 'gateway_adobe_unreachable' : 'gateway_adobe_answer_invalid', {
    detail: `status ${status} with a body of another shape`,
  });
