import type { Buffer } from 'node:buffer';
import type { ZodType } from 'zod';
import { fail, type KinpassError } from '#src/lib/errors';
import { isJsonObject, type Json, type JsonObject } from '#src/lib/json';
import { enhancedError } from '#src/rest-v2/answers';
import { compileShape } from './expected.ts';
import { matches } from './scan.ts';
import type { TransportResponse } from './transport.ts';
import type { Answer } from './types.ts';

const maxDepth = 64;
/** Seconds. Adobe's 429 has no Retry-After; its throttle requires at least one second. */
const minPause = 1;
/** A day. */
const maxRetryAfter = 86_400;

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

/**
 * An answer of REST V2: success in the shape of the row, or an enhanced error.
 * Errors: gateway_throttled, gateway_adobe_refused, gateway_adobe_unreachable, gateway_adobe_answer_invalid.
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
    if (answer === undefined) throw unexpectedAnswer(response);
    if (status < 400) return answer;
    const retryAfter = retryAfterOf(response);
    return retryAfter === undefined ? answer : { ...answer, retryAfter };
  };
};

/** The answer; undefined when its body does not have the shape. */
const createReadBody = (shape: ZodType) => {
  const compiled = compileShape(shape);
  return (status: number, bytes: Buffer): Answer | undefined => {
    if (matches(bytes, compiled)) return forwarded(status, bytes);
    const body = jsonOf(bytes);
    return isJsonObject(body) && shape.safeParse(body).success ? { status, body } : undefined;
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

type Dated = Pick<TransportResponse, 'retryAfter' | 'date'>;

/**
 * Retry-After in whole seconds, a day at most: from seconds or a date (RFC 9110 §10.2.3), relative to the response's own date.
 * Undefined without one that can be read.
 */
export const retryAfterOf = ({ retryAfter = '', date = '' }: Dated): number | undefined => {
  const isDate = Number.isNaN(Number(retryAfter));
  const asked = isDate ? (Date.parse(retryAfter) - Date.parse(date)) / 1000 : Number(retryAfter);
  if (retryAfter.trim() === '' || !Number.isFinite(asked)) return undefined;
  return Math.min(Math.max(Math.ceil(asked), 0), maxRetryAfter);
};

/** Seconds to wait after a 429. */
export const pauseOf = (response: Dated): number => Math.max(retryAfterOf(response) ?? 0, minPause);

/** The error for an access token that Adobe refuses although it is new: no app can do anything about it. */
export const unauthorized = ({ body }: TransportResponse): KinpassError =>
  fail('gateway_adobe_unauthorized', { detail: enhancedError.safeParse(jsonOf(body)).data?.code });

/** About the gateway, not about the request. */
const aboutGateway: ReadonlySet<number> = new Set([401, 407]);

/** The error for an answer of any other shape, such as the page of a firewall. */
export const unexpectedAnswer = (response: Dated & { readonly status: number }): KinpassError => {
  const { status } = response;
  const detail = `status ${status} with an unexpected body`;
  const retryAfter = retryAfterOf(response);
  if (status >= 500 && status < 600) return fail('gateway_adobe_unreachable', { retryAfter, detail });
  if (status >= 400 && status < 500 && !aboutGateway.has(status))
    return fail('gateway_adobe_refused', { status, hint: `the status was ${status}`, retryAfter, detail });
  return fail('gateway_adobe_answer_invalid', { detail });
};
