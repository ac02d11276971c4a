import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import CacheableLookup from 'cacheable-lookup';

/** RFC 6761 §6.3: names under localhost never go to the DNS. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost');

/** DNS queries of our own, because they tell the TTL, kept for `maxUse` ms; the system's resolver where they fail. */
export const createLookup = (hostname: string, maxUse: number): LookupFunction => {
  const bySystem = dns.lookup as LookupFunction;
  if (isLocal(hostname)) return bySystem;
  const cache = new CacheableLookup({ maxTtl: maxUse / 1000, fallbackDuration: maxUse / 1000 });
  const byDns = cache.lookup as LookupFunction;
  return (name, options, callback) =>
    byDns(name, options, (error, ...found) =>
      error ? bySystem(name, options, callback) : callback(null, ...found),
    );
};
