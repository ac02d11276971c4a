/** Where a browser lands after Adobe is done with it: how it is spelled, and what an app has registered. */
import { z } from 'zod';
import type { AppConfig } from '#src/config/schema';
import { isOnDomain } from './domains.ts';

/** Characters of a URI: parsers drop tabs and line breaks, and read a backslash as a slash. */
const plain = /^[!#-;=?-[\]-_a-~]+$/;
const parts = /^(?<scheme>[a-z][a-z0-9+.-]*):(?:\/\/(?<authority>[^/?#]*))?(?<path>[^?#]*)/i;
const dotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;
const isWeb = (protocol: string): boolean => protocol === 'https:' || protocol === 'http:';

/** Whether everybody who reads it finds the same scheme, host and path. */
const isCanonical = (text: string): boolean => {
  if (!plain.test(text) || !URL.canParse(text)) return false;
  const { protocol, host } = new URL(text);
  const { authority, path = '' } = parts.exec(text)?.groups ?? {};
  if (authority?.includes('@') || dotSegment.test(path)) return false;
  return !isWeb(protocol) || authority?.toLowerCase() === host;
};

export const redirectUrl = z
  .string()
  .max(2048)
  .refine(isCanonical, 'must be an absolute URL in its canonical spelling, without user information');

/** The host of an http(s) URL as it is looked up; undefined for one of a custom scheme. */
export const webHostOf = (text: string): string | undefined => {
  const { protocol, hostname } = new URL(text);
  return isWeb(protocol) ? hostname : undefined;
};

/** Custom schemes that Adobe's dashboard generates, one for each app (TVE Dashboard, "Custom schemes"). */
const dashboardScheme = /^adbe\.[a-z0-9.+-]+:/i;

/**
 * Whether a redirectUrl belongs to the app. An app that has registered neither domains nor schemes takes any host, and schemes
 * that Adobe generates.
 */
export const mayRedirectTo = (
  text: string,
  { redirectDomains, redirectSchemes }: Pick<AppConfig, 'redirectDomains' | 'redirectSchemes'>,
): boolean => {
  const host = webHostOf(text);
  if (redirectDomains.length === 0 && redirectSchemes.length === 0)
    return host !== undefined || dashboardScheme.test(text);
  if (host === undefined) return redirectSchemes.includes(new URL(text).protocol.slice(0, -1));
  return isOnDomain(host, redirectDomains);
};
