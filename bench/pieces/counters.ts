import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import type { RedisServer } from '../../test/soft-state/redis/redis-server.ts';
import type { Kinpass } from '../contenders/kinpass.ts';
import { cpuOf } from '../measure/thread-time.ts';
import { createRedisClient } from './redis-client.ts';

/** What one journey, or one step of it, costs. */
export interface Costs {
  /** Microseconds of CPU of all threads of the gateway. */
  readonly gatewayMicros: number;
  /** Bytes that the gateway read from and wrote to sockets, log and files. */
  readonly gatewayBytes: number;
  /** Requests to Adobe. */
  readonly adobeCalls: number;
  /** Round trips, each of which is one transaction. */
  readonly transactions: number;
  /** Those of them that wrote, and therefore wait for the disk. */
  readonly commits: number;
  /** Bytes of the write-ahead log. */
  readonly walBytes: number;
  /** Microseconds of CPU of all processes of PostgreSQL. */
  readonly postgresMicros: number;
  /** Round trips to Redis. */
  readonly redisCalls: number;
}

interface Parties {
  readonly kinpass: Kinpass;
  readonly postgres: Client;
  readonly redis: RedisServer;
  /** Requests to Adobe since this was called last. */
  adobeCalls(): Promise<number>;
  /** What the gateway says of itself. */
  metrics(): Promise<string>;
}

const bytesOf = (pid: number): number => {
  const io = readFileSync(`/proc/${pid}/io`, 'utf8');
  return ['rchar', 'wchar'].reduce(
    (sum, name) => sum + Number(new RegExp(`${name}: (\\d+)`).exec(io)?.[1] ?? 0),
    0,
  );
};

/** The process whose children are the processes of the server. */
const postmasterOf = async (postgres: Client): Promise<number> => {
  const { rows } = await postgres.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const status = readFileSync(`/proc/${rows[0]?.pid}/status`, 'utf8');
  return Number(/PPid:\s+(\d+)/.exec(status)?.[1]);
};

/** A transaction that writes takes the next id; one that only reads takes none. */
const inPostgres = `SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS ids,
  pg_current_wal_lsn() - '0/0' AS wal`;

const roundTrips = /^kinpass_postgres_round_trip_seconds_count (\d+)/m;

export const createCounters = async ({ kinpass, postgres, redis, adobeCalls, metrics }: Parties) => {
  const postmaster = await postmasterOf(postgres);
  const redisClient = await createRedisClient(redis.port);

  const readPostgres = async () => {
    const { rows } = await postgres.query<{ ids: string; wal: string }>(inPostgres);
    const [row] = rows;
    return {
      transactions: Number(roundTrips.exec(await metrics())?.[1]),
      commits: Number(row?.ids),
      walBytes: Number(row?.wal),
      postgresMicros: cpuOf(postmaster),
    };
  };

  const read = async () => ({
    gatewayBytes: bytesOf(kinpass.pid),
    ...(await readPostgres()),
    redisCalls: await redisClient.calls(),
  });

  /** All that was counted while the work went on. */
  const count = async (work: () => Promise<unknown>): Promise<Costs & { seconds: number }> => {
    const before = await read();
    const started = performance.now();
    await adobeCalls();
    await kinpass.mark(false);
    await work();
    const { cpu } = await kinpass.read();
    const calls = await adobeCalls();
    const after = await read();
    const grown = (name: keyof typeof after): number => after[name] - before[name];
    return {
      seconds: (performance.now() - started) / 1_000,
      gatewayMicros: cpu,
      gatewayBytes: grown('gatewayBytes'),
      adobeCalls: calls,
      transactions: grown('transactions'),
      commits: grown('commits'),
      walBytes: grown('walBytes'),
      postgresMicros: grown('postgresMicros'),
      redisCalls: grown('redisCalls'),
    };
  };

  return { count, close: redisClient.close };
};
