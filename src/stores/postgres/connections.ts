import { type ClientBase, DatabaseError, type Pool, type PoolClient } from 'pg';
import { within } from '#src/lib/within';
import { storeUnavailable } from '../failure.ts';
import type { StoreObserver } from '../observer.ts';
import { isPoolExhausted, readOnlyState } from './errors.ts';

/** Connections to the writable server. */
export interface Connections {
  /** Errors: those of the driver; gateway_unavailable if too many calls wait. */
  connect(): Promise<PoolClient>;
  /** Returns it to the pool. `broken`: why it cannot be used again. */
  release(client: PoolClient, broken?: Error): void;
  /** Resolves when all are closed. */
  end(): Promise<void>;
}

interface Options {
  /** Milliseconds within which a server must say whether it is writable. */
  readonly maxWait: number;
  readonly observer: StoreObserver;
}

/** Calls that may wait for a connection; `connectTimeout` limits how long. */
const maxWaiting = 5_000;

/**
 * One pool for each configured server. The writable one is used until it fails; then all are probed at once, so that an
 * unresponsive server causes no delay.
 */
export const createConnections = (pools: readonly Pool[], { maxWait, observer }: Options): Connections => {
  let current = pools[0] as Pool;
  let search: Promise<void> | undefined;

  const find = async (): Promise<void> => {
    const found = await Promise.any(pools.map((pool) => writable(pool, maxWait)));
    if (found !== current) observer.failedOver();
    current = found;
  };
  /** Rejects if no server is writable. */
  const findOnce = (): Promise<void> => {
    search ??= find().finally(() => {
      search = undefined;
    });
    return search;
  };

  const sum = (count: (pool: Pool) => number) => pools.reduce((total, pool) => total + count(pool), 0);
  const waiting = () => sum(({ waitingCount }) => waitingCount);
  observer.connections(() => ({
    open: sum(({ totalCount }) => totalCount),
    idle: sum(({ idleCount }) => idleCount),
    waiting: waiting(),
  }));

  const connect = async (): Promise<PoolClient> => {
    if (waiting() >= maxWaiting)
      throw storeUnavailable('no-connection', { detail: `PostgreSQL: ${maxWaiting} calls are waiting` });
    const tried = current;
    try {
      return await tried.connect();
    } catch (error) {
      if (pools.length === 1 || isPoolExhausted(error)) throw error;
      const isFound = current !== tried || (await findOnce().then(yes, no));
      if (!isFound) throw error;
      return current.connect();
    }
  };

  return {
    connect: () => {
      const ended = observer.waiting();
      return connect().finally(ended);
    },
    release: (client, broken) => {
      client.release(broken);
      if (broken && pools.length > 1) findOnce().catch(() => undefined); // who needs one next is told
    },
    end: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
};

const yes = () => true;
const no = () => false;

/** The pool, if its server is writable. */
const writable = async (pool: Pool, maxWait: number): Promise<Pool> => {
  const client = await pool.connect();
  try {
    await requireWritable(client, maxWait);
  } catch (error) {
    client.release(true);
    throw error;
  }
  client.release();
  return pool;
};

/** As target_session_attrs=read-write of libpq: neither a standby nor a read-only server. */
export const requireWritable = async (client: ClientBase, maxWait: number): Promise<void> => {
  const { rows } = await within(maxWait, client.query('SHOW transaction_read_only'), late);
  if (rows[0]?.['transaction_read_only'] === 'off') return;
  throw Object.assign(new DatabaseError('read-only', 0, 'error'), { code: readOnlyState });
};

const late = () =>
  storeUnavailable('timeout', { detail: 'PostgreSQL did not say in time whether it is writable' });
