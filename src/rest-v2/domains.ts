/** The domains that Adobe has registered for a service provider: how they are told, and what is on them. */
import { isIP } from 'node:net';
import { z } from 'zod';

/** The host as a URL has it: lower case, Punycode; undefined if there is none. Names with a wildcard stand for what is below. */
const hostOf = (name: string): string | undefined => {
  const bare = name.trim().replace(/^\*?\./, '');
  return URL.parse(bare.includes('://') ? bare : `https://${bare}`)?.hostname || undefined;
};

const domain = z
  .union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)])
  .transform((name, context): string => {
    const host = hostOf(name);
    if (host === undefined) context.addIssue('must be a domain');
    return host ?? '';
  });

const told = z.looseObject({ requestor: z.looseObject({ domains: z.array(domain).min(1) }) });

/**
 * The domains in a configuration answer, as texts in its table and as objects in its sample; undefined if it has none, or one
 * that cannot be read. Source: REST API V2, "Retrieve configuration".
 */
export const domainsIn = (configuration: unknown): readonly string[] | undefined =>
  told.safeParse(configuration).data?.requestor.domains;

/**
 * Whether a host is one of the domains or below one: Adobe's dashboard advises against adding a subdomain of a domain that is
 * there (TVE Dashboard, "Channels"). A trailing dot makes another name. `domains` are as `domainsIn` returns them.
 */
export const isOnDomain = (host: string, domains: readonly string[]): boolean =>
  domains.some((domain) => host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`)));
