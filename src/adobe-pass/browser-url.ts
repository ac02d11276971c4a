import { fail } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';

/**
 * The body with its `url` made absolute: a browser opens it on Adobe's host, or on the MVPD's where Adobe says so,
 * never on the gateway's. Errors: gateway_adobe_answer_invalid for anything but http(s).
 */
export const atAdobe = (body: JsonObject, origin: string): JsonObject => {
  const { url } = body;
  if (typeof url !== 'string') return body;
  const absolute = URL.parse(url, origin);
  if (absolute?.protocol !== 'https:' && absolute?.protocol !== 'http:') {
    throw fail('gateway_adobe_answer_invalid', { detail: 'a url that no browser should open' });
  }
  return { ...body, url: absolute.href };
};
