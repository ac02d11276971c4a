import type { ServiceProvider } from '#src/fixtures';
import type { AdobeContext } from '../context.ts';

/** http(s) without userinfo; that is looked for in the text, since an empty one disappears on parsing. */
const isPlain = (url: string): boolean =>
  URL.canParse(url) && /^https?:\/\/[^/?#@\\\s]+(?:[/?#][^\s\\]*)?$/i.test(url);

/** Whether a URL lies on a registered domain: http(s), no userinfo, the domain itself or below it. */
const liesOnDomain = (url: string, domains: readonly string[]): boolean => {
  if (!isPlain(url)) return false;
  const { hostname } = new URL(url);
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
};

/** Whether a browser may be sent there for this service provider. */
export const isRedirectUrl = (
  { switches }: Pick<AdobeContext, 'switches'>,
  { domains }: ServiceProvider,
  url: string,
): boolean => (switches.now.redirectUrls === 'any' ? isPlain(url) : liesOnDomain(url, domains));
