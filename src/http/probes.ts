import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';

/** How a request arrived: what operators need to see whether proxies and `trustedProxies` fit together. */
export interface Arrival {
  /** The other end of the connection. */
  readonly peer: { readonly address: string; readonly port: number | null };
  /** Whether the peer is one of `trustedProxies`. */
  readonly peerTrusted: boolean;
  /** X-Forwarded-For and X-Forwarded-Proto as received; null without. */
  readonly forwardedFor: string | null;
  readonly forwardedProto: string | null;
  /** The address that the gateway takes for the client's. */
  readonly client: string;
}

const max = 100;
/** Milliseconds. */
const keptFor = 60_000;

/** The last probes: requests that `kinpass doctor` sends through the public origin, by their id. */
export const createProbes = ({ clock }: { readonly clock: Pick<Clock, 'now'> }) => {
  const arrivals = createLru<{ arrival: Arrival; until: number }>(max);
  return {
    remember: (id: string, arrival: Arrival): void =>
      arrivals.set(id, { arrival, until: clock.now() + keptFor }),
    find: (id: string): Arrival | undefined => {
      const found = arrivals.get(id);
      return found && clock.now() < found.until ? found.arrival : undefined;
    },
  };
};

export type Probes = ReturnType<typeof createProbes>;
