import type { Buffer } from 'node:buffer';
import type { ZodType } from 'zod';
import { fail } from '#src/lib/errors';
import type { Json, JsonObject } from '#src/lib/json';
import { enhancedError } from '#src/rest-v2/answers';
import { compileShape } from './expected.ts';
import { matches } from './scan.ts';
import type { TransportResponse } from './transport.ts';
import type { Answer } from './types.ts';

const maxDepth = 64;
/** Seconds. Adobe's 429 has no Retry-After; its throttle requires at least one second. */
const minPause = 1;
const maxPause = 60;

/** The body as JSON; undefined when it is not JSON or cannot be handled safely. */
export const jsonOf = (body: Buffer): Json | undefined => {
  try {
    const value = JSON.parse(body.toString('utf8')) as Json;
    return isSafe(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** No key that alters a prototype when copied, no depth that overflows a stack. */
const isSafe = (value: Json, depth: number): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxDepth || Object.hasOwn(value, '__proto__')) return false;
  return Object.values(value).every((member) => isSafe(member, depth + 1));
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An answer of REST V2: success in the shape of the row, or an enhanced error.
 * Errors: gateway_throttled, gateway_adobe_unreachable, gateway_adobe_answer_invalid.
 */
export type ReadAnswer = (response: TransportResponse) => Answer;

/**
 * Reads the answers of a row. A body that passes the fast check is forwarded byte for byte; others (duplicate names, escaped
 * names, invalid UTF-8, lone surrogates) are parsed, checked by the shape itself, and serialized by the gateway.
 */
export const createReadAnswer = (shape: ZodType): ReadAnswer => {
  const success = createReadBody(shape);
  return (response) => {
    const { status } = response;
    rejectThrottled(response);
    const read =
      status >= 200 && status < 300 ? success : status >= 400 && status < 600 ? readError : undefined;
    const answer = read?.(status, response.body);
    if (answer === undefined) throw unexpectedAnswer(status);
    return answer;
  };
};

/** The answer; undefined when its body does not have the shape. */
const createReadBody = (shape: ZodType) => {
  const compiled = compileShape(shape);
  return (status: number, bytes: Buffer): Answer | undefined => {
    if (matches(bytes, compiled)) return forwarded(status, bytes);
    const body = jsonOf(bytes);
    return isObject(body) && shape.safeParse(body).success ? { status, body } : undefined;
  };
};

const readError = createReadBody(enhancedError);

const forwarded = (status: number, bytes: Buffer): Answer => {
  let body: JsonObject | undefined;
  return {
    status,
    bytes,
    get body() {
      body ??= JSON.parse(bytes.toString()) as JsonObject;
      return body;
    },
  };
};

/** 429 comes from the proxy in front of Adobe Pass: HTML without Retry-After. */
export const rejectThrottled = (response: TransportResponse): void => {
  if (response.status === 429) throw fail('gateway_throttled', { retryAfter: pauseOf(response) });
};

/** Seconds to wait after a 429. */
export const pauseOf = ({ retryAfter }: Pick<TransportResponse, 'retryAfter'>): number => {
  const asked = Number(retryAfter ?? minPause);
  if (!Number.isFinite(asked)) return minPause;
  return Math.min(Math.max(Math.ceil(asked), minPause), maxPause);
};

/** The error for an answer of any other shape. */
export const unexpectedAnswer = (status: number) =>
  fail(status >= 500 && status < 600 ? 'gateway_adobe_unreachable' : 'gateway_adobe_answer_invalid', {
    detail: `status ${status} with an unexpected body`,
  });
