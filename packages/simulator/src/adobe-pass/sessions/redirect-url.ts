import type { ServiceProvider } from '#src/fixtures';
import type { SwitchReader } from '../switches.ts';

/** http(s) without userinfo; the text is matched, because URL parsing drops an empty userinfo. */
const isPlain = (url: string): boolean =>
  URL.canParse(url) && /^https?:\/\/[^/?#@\\\s]+(?:[/?#][^\s\\]*)?$/i.test(url);

/** Whether a URL is on a registered domain or one of its subdomains. */
const isOnDomain = (url: string, domains: readonly string[]): boolean => {
  if (!isPlain(url)) return false;
  const { hostname } = new URL(url);
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
};

export interface RedirectDeps {
  readonly switches: SwitchReader<'redirectUrls'>;
}

/** Whether a browser may be redirected there for this service provider. */
export const isRedirectUrl = (
  { switches }: RedirectDeps,
  { domains }: ServiceProvider,
  url: string,
): boolean => (switches.now.redirectUrls === 'any' ? isPlain(url) : isOnDomain(url, domains));
