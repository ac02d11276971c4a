import dns from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import CacheableLookup, { type CacheInstance, type EntryObject } from 'cacheable-lookup';
import type { Clock } from '#src/lib/clock';

type MonotonicClock = Pick<Clock, 'monotonic'>;

/** RFC 6761 §6.3: names under localhost never go to the DNS. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost');

/** The library's own goes by the wall clock: set back, it would keep addresses for longer. */
const createAnswers = (clock: MonotonicClock): CacheInstance => {
  const answers = new Map<string, { readonly entries: EntryObject[]; readonly until: number }>();
  return {
    set: (name, entries, ttl) => void answers.set(name, { entries, until: clock.monotonic() + ttl }),
    get: (name) => {
      const answer = answers.get(name);
      return answer && clock.monotonic() < answer.until ? answer.entries : undefined;
    },
    delete: (name) => answers.delete(name),
    clear: () => answers.clear(),
  };
};

interface Settings {
  /** Milliseconds for which an answer is used at most. */
  readonly maxUse: number;
  readonly clock: MonotonicClock;
  readonly resolver?: Resolver | undefined;
}

/** DNS queries of our own, because they tell the TTL; the system's resolver where they fail. */
export const createLookup = (
  hostname: string,
  { maxUse, clock, resolver = new Resolver() }: Settings,
): LookupFunction => {
  const bySystem = dns.lookup as LookupFunction;
  if (isLocal(hostname)) return bySystem;
  const [maxTtl, fallbackDuration] = [maxUse / 1000, maxUse / 1000];
  const cache = new CacheableLookup({ maxTtl, fallbackDuration, cache: createAnswers(clock), resolver });
  const byDns = cache.lookup as LookupFunction;
  return (name, options, callback) =>
    byDns(name, options, (error, ...found) =>
      error ? bySystem(name, options, callback) : callback(null, ...found),
    );
};
