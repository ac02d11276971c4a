/** Where a browser lands after Adobe is done with it: how it is spelled, and what an app has registered. */
import { z } from 'zod';
import type { AppConfig } from '#src/config/schema';

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

/** Whether a redirectUrl belongs to the app. An app that has registered neither domains nor schemes takes any host. */
export const mayRedirectTo = (
  text: string,
  { redirectDomains, redirectSchemes }: Pick<AppConfig, 'redirectDomains' | 'redirectSchemes'>,
): boolean => {
  const { protocol, hostname } = new URL(text);
  if (!isWeb(protocol)) return redirectSchemes.includes(protocol.slice(0, -1));
  if (redirectDomains.length === 0 && redirectSchemes.length === 0) return true;
  return redirectDomains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
};
