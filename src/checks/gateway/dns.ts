import type { Check } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import type { ResolveAddresses } from './resolve-addresses.ts';
import { dnsId, hostOf, isInDns, type Target } from './targets.ts';

interface Deps extends Target {
  readonly resolve: ResolveAddresses;
  /** Seconds; a longer life of the answer is a warning. */
  readonly maxTtl?: number | undefined;
}

/** Whether a host name resolves, and how long the answer may be kept. */
export const createDnsCheck = ({ url, setting, resolve, maxTtl = Infinity }: Deps): Check => ({
  id: dnsId(url),
  question: `Does the host of ${setting} resolve?`,
  run: async (signal) => {
    const host = hostOf(url);
    if (!isInDns(url)) return skipped(`${host} needs no DNS.`);
    const found = await resolve(host, signal);
    if (found.length === 0) {
      const cure = `Check the spelling of ${setting}, and the resolver of this machine (/etc/resolv.conf).`;
      return failed(`${host} does not resolve.`, cure);
    }
    const ttls = found.flatMap(({ ttl }) => ttl ?? []);
    const ttl = ttls.length > 0 ? Math.min(...ttls) : undefined;
    const facts = { addresses: found.length, ...(ttl !== undefined && { ttlSeconds: ttl }) };
    if (ttl !== undefined && ttl > maxTtl) {
      const cure = `Ask this machine's resolver for unchanged TTLs: Adobe moves its addresses, and the gateway keeps them for 30 s at most.`;
      return warning(`${host} resolves, but the answer may be kept for ${ttl} s.`, cure, facts);
    }
    return ok(`${host} resolves.`, facts);
  },
});
