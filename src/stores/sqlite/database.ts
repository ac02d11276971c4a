import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { isBusy, whileServing } from './errors.ts';

type Params = Record<string, SQLInputValue>;

/** Prepared statements, and the two ways to run them. */
export interface Database {
  /** A statement that answers rows; each is checked against `row`. */
  all<T>(sql: string, row: z.ZodType<T>): (params: Params) => T[];
  /** The same for the first row. */
  one<T>(sql: string, row: z.ZodType<T>): (params: Params) => T | undefined;
  command(sql: string): (params: Params) => void;
  /** Runs `work`, one statement or several that only read; repeats it while another process holds the lock. */
  run<T>(work: () => T): Promise<T>;
  /** Runs `work` as a whole or not at all, alone among all writers. */
  transact<T>(work: () => T): Promise<T>;
}

/** Milliseconds between attempts. SQLite's own waiting blocks the event loop, so most of the waiting is done here. */
const pauses = [5, 10, 20, 40, 80, 160, 320, 640];

interface Deps {
  readonly connection: DatabaseSync;
  readonly file: string;
  readonly clock: Clock;
}

export const createDatabase = ({ connection, file, clock }: Deps): Database => {
  const run = async <T>(work: () => T, attempt = 0): Promise<T> => {
    try {
      return work();
    } catch (error) {
      const pause = pauses[attempt];
      if (!isBusy(error) || pause === undefined) throw whileServing(error, file);
      await clock.wait(pause);
      return run(work, attempt + 1);
    }
  };

  const prepare = (sql: string): StatementSync => {
    const statement = connection.prepare(sql);
    statement.setAllowUnknownNamedParameters(true); // whole domain objects are bound; a statement takes its part
    return statement;
  };

  // Statement.get() stops at the first row and drops an error of the commit that follows it; all() reports it.
  const all = <T>(sql: string, row: z.ZodType<T>) => {
    const statement = prepare(sql);
    return (params: Params): T[] => statement.all(params).map((found) => checked(found, row));
  };

  return {
    all,
    one(sql, row) {
      const rows = all(sql, row);
      return (params) => rows(params)[0];
    },
    command(sql) {
      const statement = prepare(sql);
      return (params) => {
        statement.run(params);
      };
    },
    run: (work) => run(work),
    transact: (work) => run(() => inTransaction(connection, work)),
  };
};

const inTransaction = <T>(connection: DatabaseSync, work: () => T): T => {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
};

const checked = <T>(found: unknown, row: z.ZodType<T>): T => {
  const result = row.safeParse(found);
  if (!result.success)
    throw fail('store_invalid', { detail: 'a row has another shape', cause: result.error });
  return result.data;
};
