import { fail } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { Operation } from '#src/rest-v2/operation';
import type { Answer } from './types.ts';

/**
 * The answer with absolute URLs where a browser opens them: on Adobe's host, or on the MVPD's where Adobe says so,
 * never on the gateway's. Errors: gateway_adobe_answer_invalid for anything but http(s).
 */
export const withBrowserUrls = (operation: Operation, answer: Answer, origin: string): Answer => {
  if (operation.browserUrls === undefined) return answer;
  const { status, body } = answer;
  if (operation.browserUrls === 'session') {
    // The URLs of other actions name the next call, relative to whoever serves V2.
    return body['actionName'] === 'authenticate' ? { status, body: absolute(body, origin) } : answer;
  }
  const logouts = body['logouts'] as { readonly [mvpd: string]: JsonObject } | undefined;
  if (logouts === undefined) return answer;
  const entries = Object.entries(logouts).map(([mvpd, entry]) => [mvpd, absolute(entry, origin)]);
  return { status, body: { ...body, logouts: Object.fromEntries(entries) } };
};

const absolute = (entry: JsonObject, origin: string): JsonObject => {
  const { url } = entry;
  if (typeof url !== 'string') return entry;
  const resolved = URL.parse(url, origin);
  if (resolved?.protocol !== 'https:' && resolved?.protocol !== 'http:') {
    throw fail('gateway_adobe_answer_invalid', { detail: 'the url is not http(s)' });
  }
  return { ...entry, url: resolved.href };
};
