import { lookup, Resolver } from 'node:dns/promises';

export interface FoundAddress {
  readonly address: string;
  /** Seconds that the answer may be kept; unknown where only the system's resolver knows the name. */
  readonly ttl?: number;
}

/** The addresses of a host name; empty if it does not resolve. */
export type ResolveAddresses = (host: string, signal: AbortSignal) => Promise<readonly FoundAddress[]>;

interface Deps {
  readonly createResolver?: () => Resolver;
  readonly system?: (host: string) => Promise<readonly FoundAddress[]>;
}

/** By DNS queries, because they return the TTL; where they fail, by the system's resolver, as in calls to Adobe. */
export const createResolveAddresses =
  ({ createResolver = dnsResolver, system = bySystem }: Deps = {}): ResolveAddresses =>
  async (host, signal) => {
    const resolver = createResolver();
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const options = { ttl: true } as const;
      const answers = [resolver.resolve4(host, options), resolver.resolve6(host, options)];
      const found = (await Promise.all(answers.map((answer) => answer.catch(() => [])))).flat();
      return found.length > 0 ? found : await system(host);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };

const dnsResolver = (): Resolver => new Resolver({ timeout: 2_000, tries: 2 });

const bySystem = (host: string): Promise<readonly FoundAddress[]> =>
  lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => ({ address })),
    () => [],
  );
