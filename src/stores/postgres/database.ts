import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { within } from '#src/lib/within';
import { isConflict, mayServeAgain, whileServing } from './errors.ts';
import { createFlush } from './flush.ts';
import { one, type Statement } from './statement.ts';

type Results<S extends readonly Statement<unknown>[]> = {
  [Index in keyof S]: S[Index] extends Statement<infer T> ? T : never;
};

/** Ways to run statements. Each takes one round trip; errors are gateway_unavailable, or those of the server. */
export interface Database {
  run<T>(statement: Statement<T>): Promise<T>;
  /** Runs the statements as one transaction, one after the other: each sees what was committed before it began. */
  transact<S extends readonly Statement<unknown>[]>(...statements: S): Promise<Results<S>>;
}

interface Options {
  readonly pool: Pool;
  readonly schema: string;
  /** Milliseconds that one statement may take; the server is waited for a second longer. */
  readonly statementTimeout: number;
  readonly preparedStatements: boolean;
}

/** How often a transaction is run again that a rival has made fail. */
const maxAttempts = 4;

export const createDatabase = ({ pool, schema, statementTimeout, preparedStatements }: Options): Database => {
  const prepared = new WeakMap<PoolClient, Set<string>>();
  const maxWait = statementTimeout + 1_000;
  // For this transaction alone: a pooler gives the next one to another connection.
  const settings = setForTransaction({ path: `"${schema}"`, timeout: String(statementTimeout) });

  const late = () =>
    fail('gateway_unavailable', { retryAfter: 1, detail: `PostgreSQL did not answer within ${maxWait} ms` });

  const preparedOn = (client: PoolClient): Set<string> | undefined => {
    if (!preparedStatements) return undefined;
    const known = prepared.get(client) ?? new Set();
    prepared.set(client, known);
    return known;
  };

  const attempt = async <S extends readonly Statement<unknown>[]>(statements: S): Promise<Results<S>> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      const { listener, answers } = createFlush([settings, ...statements], preparedOn(client));
      client.query(listener);
      const [, ...own] = await within(maxWait, answers, late);
      return statements.map((statement, index) => {
        const { columns = [], rows = [] } = own[index] ?? {};
        return statement.read(columns, rows);
      }) as unknown as Results<S>;
    } catch (error) {
      if (!mayServeAgain(error)) broken = error instanceof Error ? error : new Error('unknown');
      throw error;
    } finally {
      client.release(broken);
    }
  };

  const transact = async <S extends readonly Statement<unknown>[]>(...statements: S): Promise<Results<S>> => {
    for (let left = maxAttempts - 1; ; left -= 1) {
      try {
        return await attempt(statements);
      } catch (error) {
        if (left === 0 || !isConflict(error)) throw whileServing(error);
      }
    }
  };

  return {
    transact,
    run: async (statement) => (await transact(statement))[0],
  };
};

const setForTransaction = one(
  `SELECT set_config('search_path', :path, true), set_config('statement_timeout', :timeout, true)`,
  z.object({}),
);
