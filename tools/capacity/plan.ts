import { costOf, type JourneyName, journeysFor, sumOf, type Waits } from './journeys.ts';
import type { Costs, Pieces } from './pieces.ts';

export interface Assumptions {
  readonly devices: number;
  /** The period in which they arrive. */
  readonly minutes: number;
  /** Arrivals in the busiest minute, relative to the mean. */
  readonly peak: number;
  /** The share of arriving devices that take this journey. */
  readonly shares: Readonly<Partial<Record<JourneyName, number>>>;
  readonly waits: Waits;
  /** Speed of a core, relative to the measured machine. */
  readonly coreSpeed: number;
  /** Utilization of a core at the peak. */
  readonly utilization: number;
  readonly workersPerNode: number;
  /** `store.maxConnections`. */
  readonly connectionsPerWorker: number;
  /** Milliseconds that one transaction occupies a connection, network included. */
  readonly transactionMs: number;
}

/** What is needed at the peak. */
export interface Plan {
  /** Per second. */
  readonly arrivals: number;
  /** Per second at the peak; CPU in microseconds. */
  readonly load: Costs;
  readonly workers: number;
  /** Including a spare. */
  readonly nodes: number;
  /** Cores of PostgreSQL. */
  readonly postgresCores: number;
  readonly connections: { readonly busy: number; readonly opened: number };
}

const perMinute = 60;
const microsPerSecond = 1_000_000;

/** Pure. */
export const planFor = (assumptions: Assumptions, { steps, idle }: Pieces): Plan => {
  const { devices, minutes, peak, shares, waits, coreSpeed, utilization } = assumptions;
  const arrivals = (devices / (minutes * perMinute)) * peak;
  const journeys = journeysFor(waits);
  const asked = sumOf(
    Object.entries(shares).map(([name, share]) => [
      arrivals * share,
      costOf(journeys[name as JourneyName], steps),
    ]),
  );
  const cores = (micros: number): number => micros / microsPerSecond / coreSpeed / utilization;
  const workers = Math.max(1, Math.ceil(cores(asked.gatewayMicros)));
  const load: Costs = {
    ...asked,
    transactions: asked.transactions + workers * idle.transactions,
    redisCalls: asked.redisCalls + workers * idle.redisCalls,
  };
  return {
    arrivals,
    load,
    workers,
    nodes: Math.ceil(workers / assumptions.workersPerNode) + 1,
    postgresCores: cores(load.postgresMicros),
    connections: {
      busy: (load.transactions * assumptions.transactionMs) / 1_000,
      opened: workers * assumptions.connectionsPerWorker,
    },
  };
};

/** The capacity of one of each. */
export interface Limits {
  /** Commits per second of one primary. */
  readonly commits: number;
  /** Bytes of its WAL per second. */
  readonly walBytes: number;
  readonly postgresCores: number;
  /** Connections that a primary can take without a pooler. */
  readonly connections: number;
  /** Scripts per second of one server. */
  readonly redisCalls: number;
}

export interface Bottleneck {
  readonly what: keyof Limits;
  readonly needed: number;
  readonly limit: number;
  /** Above 1 the limit is exceeded. */
  readonly ratio: number;
}

/** Sorted: the first bottleneck first. Pure. */
export const bottlenecksOf = (
  { load, postgresCores, connections }: Plan,
  limits: Limits,
): readonly Bottleneck[] => {
  const needed: Readonly<Record<keyof Limits, number>> = {
    commits: load.commits,
    walBytes: load.walBytes,
    postgresCores,
    connections: connections.opened,
    redisCalls: load.redisCalls,
  };
  return (Object.keys(limits) as (keyof Limits)[])
    .map((what) => ({ what, needed: needed[what], limit: limits[what], ratio: needed[what] / limits[what] }))
    .sort((a, b) => b.ratio - a.ratio);
};

/**
 * Upper bound, in milliseconds, of what a journey waits for PostgreSQL and Redis: its round trips one after another. Either may
 * be in another place than the gateway. Pure.
 */
export const waitOf = (
  { transactions, redisCalls }: Costs,
  { postgresMs, redisMs }: { readonly postgresMs: number; readonly redisMs: number },
): number => transactions * postgresMs + redisCalls * redisMs;
