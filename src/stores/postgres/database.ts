import type { PoolClient } from 'pg';
import { z } from 'zod';
import { within } from '#src/lib/within';
import { storeUnavailable } from '../failure.ts';
import { type StoreObserver, unobserved } from '../observer.ts';
import type { Connections } from './connections.ts';
import { isConflict, mayServeAgain, whileServing } from './errors.ts';
import { createFlush } from './flush.ts';
import { createLiveness } from './liveness.ts';
import { one, type Statement } from './statement.ts';

type Results<S extends readonly Statement<unknown>[]> = {
  [Index in keyof S]: S[Index] extends Statement<infer T> ? T : never;
};

/** Ways to run statements. Each takes one round trip; errors are gateway_unavailable, or those of the server. */
interface Runner {
  run<T>(statement: Statement<T>): Promise<T>;
  /** Runs the statements as one transaction, one after the other: each sees what was committed before it began. */
  transact<S extends readonly Statement<unknown>[]>(...statements: S): Promise<Results<S>>;
}

export interface Database extends Runner {
  /** The same with a deadline in milliseconds, which includes the wait for a connection. */
  within(ms: number): Runner;
}

/** Milliseconds. */
interface Limits {
  /** The server's limit for one statement. */
  readonly statement: number;
  /** Until the server has answered. */
  readonly answer: number;
  /** Until there is a connection, unless the pool gives up earlier. */
  readonly connection?: number;
}

interface Options {
  readonly pool: Connections;
  readonly schema: string;
  /** Milliseconds that one statement may take; the server is waited for a second longer. */
  readonly statementTimeout: number;
  readonly preparedStatements: boolean;
  readonly observer?: StoreObserver;
}

/** How often a transaction is run again that a rival has made fail. */
const maxAttempts = 4;

export const createDatabase = ({
  pool,
  schema,
  statementTimeout,
  preparedStatements,
  observer = unobserved,
}: Options): Database => {
  const prepared = new WeakMap<PoolClient, Set<string>>();
  const liveness = createLiveness(late);

  const preparedOn = (client: PoolClient): Set<string> | undefined => {
    if (!preparedStatements) return undefined;
    const known = prepared.get(client) ?? new Set();
    prepared.set(client, known);
    return known;
  };

  const connect = async (ms?: number): Promise<PoolClient> => {
    for (;;) {
      const client = await (ms === undefined ? pool.connect() : connectWithin(pool, ms));
      if (liveness.isAlive(client)) return client;
      pool.release(client, new Error('the connection is dead'));
    }
  };

  const createRunner = ({ statement, answer, connection }: Limits): Runner => {
    // For this transaction only: a pooler may run the next one on another connection.
    const settings = setForTransaction({ path: `"${schema}"`, timeout: String(statement) });

    const attempt = async <S extends readonly Statement<unknown>[]>(statements: S): Promise<Results<S>> => {
      const client = await connect(connection);
      const ended = observer.roundTrip();
      let broken: Error | undefined;
      try {
        const { listener, answers } = createFlush([settings, ...statements], preparedOn(client));
        client.query(listener);
        const [, ...own] = await liveness.listen(answer, answers);
        return statements.map((statement, index) => {
          const { columns = [], rows = [] } = own[index] ?? {};
          return statement.read(columns, rows);
        }) as unknown as Results<S>;
      } catch (error) {
        if (!mayServeAgain(error)) broken = error instanceof Error ? error : new Error('unknown');
        throw error;
      } finally {
        ended();
        pool.release(client, broken);
      }
    };

    const transact = async <S extends readonly Statement<unknown>[]>(
      ...statements: S
    ): Promise<Results<S>> => {
      for (let left = maxAttempts - 1; ; left -= 1) {
        try {
          return await attempt(statements);
        } catch (error) {
          if (left === 0 || !isConflict(error)) throw whileServing(error);
          observer.repeated();
        }
      }
    };
    return { transact, run: async (statement) => (await transact(statement))[0] };
  };

  return {
    ...createRunner({ statement: statementTimeout, answer: statementTimeout + 1_000 }),
    // The server cancels the statement before the client gives up.
    within: (ms) =>
      createRunner({ statement: Math.min(statementTimeout, ms * 0.75), answer: ms, connection: ms }),
  };
};

const setForTransaction = one(
  `SELECT set_config('search_path', :path, true), set_config('statement_timeout', :timeout, true)`,
  z.object({}),
);

/** A connection that arrives too late goes back to the pool. */
const connectWithin = (pool: Connections, ms: number): Promise<PoolClient> => {
  const connecting = pool.connect();
  return within(ms, connecting, () => late(ms)).catch((error: unknown) => {
    connecting.then(
      (unused) => pool.release(unused),
      () => undefined,
    );
    throw error;
  });
};

const late = (ms: number): Error =>
  storeUnavailable('timeout', { detail: `PostgreSQL did not answer within ${ms} ms` });
