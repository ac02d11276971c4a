import type { Assumptions, Limits } from './plan.ts';

/** A live event begins: most devices are known, and everybody plays at once. */
export const evening: Assumptions = {
  devices: 1_000_000,
  minutes: 10,
  peak: 2,
  shares: { 'first start': 0.03, 'second device': 0.07, return: 0.9, playback: 1 },
  waits: { viewer: 60, tvProvider: 60, interval: 5 },
  coreSpeed: 1,
  utilization: 0.6,
  workersPerNode: 4,
  connectionsPerWorker: 10,
  transactionMs: 3,
};

/** A large cloud server with a local NVMe disk. Measure yours: `pgbench -N`, `redis-benchmark`. */
export const oneOfEach: Limits = {
  commits: 20_000,
  walBytes: 200_000_000,
  postgresCores: 32,
  connections: 500,
  redisCalls: 80_000,
};

/** The round trip to another place, milliseconds. */
export const places = [
  { name: 'the same zone', ms: 0.5 },
  { name: 'another zone', ms: 1.5 },
  { name: 'a neighboring region', ms: 25 },
  { name: 'another continent', ms: 90 },
] as const;
