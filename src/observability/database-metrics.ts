import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface ConnectionCounts {
  readonly open: number;
  /** Open connections that are not in use. */
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
}

const none: ConnectionCounts = { open: 0, idle: 0, waiting: 0 };

/** Seconds. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics of the connections to PostgreSQL, reported by the pool that opens them; without one, nothing is measured. */
export const createDatabaseMetrics = (registry: Registry) => {
  let read = (): ConnectionCounts => none;
  let measured: ReturnType<typeof register> | undefined;
  const measure = () => {
    measured ??= register(registry, () => read());
    return measured;
  };
  return {
    connections: (newest: () => ConnectionCounts): void => {
      read = newest;
      measure();
    },
    waiting: (): (() => void) => measure().waits.startTimer(),
    roundTrip: (): (() => void) => measure().roundTrips.startTimer(),
    repeated: (): void => measure().repeated.inc(),
    failedOver: (): void => measure().failOvers.inc(),
    clockSkew: (seconds: number): void => measure().clockSkew.set(seconds),
  };
};

const register = (registry: Registry, read: () => ConnectionCounts) => {
  const registers = [registry];
  new Gauge({
    name: 'kinpass_postgres_connections',
    help: 'Connections to PostgreSQL by state: busy, idle',
    labelNames: ['state'],
    registers,
    collect() {
      const { open, idle } = read();
      this.set({ state: 'busy' }, open - idle);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'kinpass_postgres_waiting',
    help: 'Calls that wait for a connection to PostgreSQL',
    registers,
    collect() {
      this.set(read().waiting);
    },
  });
  return {
    waits: new Histogram({
      name: 'kinpass_postgres_wait_seconds',
      help: 'How long calls waited for a connection to PostgreSQL',
      buckets,
      registers,
    }),
    roundTrips: new Histogram({
      name: 'kinpass_postgres_round_trip_seconds',
      help: 'How long PostgreSQL took to answer, per transaction',
      buckets,
      registers,
    }),
    repeated: new Counter({
      name: 'kinpass_postgres_repeated_transactions_total',
      help: 'Transactions that were retried after a conflict',
      registers,
    }),
    clockSkew: new Gauge({
      name: 'kinpass_clock_skew_seconds',
      help: 'By how much the clock of this machine is ahead of that of PostgreSQL; negative if it is behind',
      registers,
      aggregator: 'average',
    }),
    failOvers: new Counter({
      name: 'kinpass_postgres_fail_overs_total',
      help: 'How often the gateway switched to another server of store.url',
      registers,
    }),
  };
};
