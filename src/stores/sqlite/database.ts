import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { whileServing } from './errors.ts';
import { inTransaction, patiently } from './transaction.ts';

type Params = Record<string, SQLInputValue>;

/** Prepared statements, and the two ways to run them. */
export interface Database {
  /** A statement that returns rows; each is checked against `row`. */
  all<T>(sql: string, row: z.ZodType<T>): (params: Params) => T[];
  /** The same for the first row. */
  one<T>(sql: string, row: z.ZodType<T>): (params: Params) => T | undefined;
  command(sql: string): (params: Params) => void;
  /** Runs `work`, one statement or several that only read; repeats it while another process holds the lock. */
  run<T>(work: () => T): Promise<T>;
  /** The same as one transaction, exclusive among all writers. */
  transact<T>(work: () => T): Promise<T>;
}

interface Deps {
  readonly connection: DatabaseSync;
  readonly file: string;
  readonly clock: Clock;
}

export const createDatabase = ({ connection, file, clock }: Deps): Database => {
  const run = async <T>(work: () => T): Promise<T> => {
    try {
      return await patiently(clock, work);
    } catch (error) {
      throw whileServing(error, file);
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
    run,
    transact: (work) => run(() => inTransaction(connection, work)),
  };
};

const checked = <T>(found: unknown, row: z.ZodType<T>): T => {
  const result = row.safeParse(found);
  if (!result.success)
    throw fail('store_invalid', { detail: 'a row does not have the expected shape', cause: result.error });
  return result.data;
};
