import type { JsonObject } from '#src/lib/json';
import type { Answer } from './types.ts';

/**
 * The answer of a logout whose relative URLs are on Adobe's host. Any other URL, of an MVPD or of an app, stays as it is.
 * Source: REST API V2, "Initiate logout for specific MVPD", whose samples have both.
 */
export const withAbsoluteLogoutUrls = (answer: Answer, origin: string): Answer => {
  const logouts = answer.body['logouts'] as { readonly [mvpd: string]: JsonObject } | undefined;
  const entries = Object.entries(logouts ?? {});
  if (!entries.some(([, { url }]) => isRelative(url))) return answer;
  const resolved = entries.map(([mvpd, entry]) => [mvpd, resolve(entry, origin)]);
  return { status: answer.status, body: { ...answer.body, logouts: Object.fromEntries(resolved) } };
};

const isRelative = (url: unknown): url is string => typeof url === 'string' && !URL.canParse(url);

const resolve = (entry: JsonObject, origin: string): JsonObject =>
  isRelative(entry['url']) ? { ...entry, url: onOrigin(entry['url'], origin) } : entry;

/** A path stays as Adobe spells it: its query may be signed. */
const onOrigin = (url: string, origin: string): string =>
  /^\/(?![/\\])/.test(url) ? origin + url : (URL.parse(url, origin)?.href ?? url);
