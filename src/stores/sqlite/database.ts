import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import { fail } from '#src/lib/errors';
import { inSnapshot } from './transaction.ts';

type Params = Record<string, SQLInputValue>;

/** Prepared statements, and the two ways to run them. */
export interface Database {
  /** A statement that returns rows; each is checked against `row`. */
  all<T>(sql: string, row: z.ZodType<T>): (params: Params) => T[];
  /** The same for the first row. */
  one<T>(sql: string, row: z.ZodType<T>): (params: Params) => T | undefined;
  command(sql: string): (params: Params) => void;
  /** Runs `work`, one statement or several that only read. */
  run<T>(work: () => T): Promise<T>;
  /** The same: all statements see one state of the data. */
  read<T>(work: () => T): Promise<T>;
  /** Runs `work` as one transaction, exclusive among all writers; resolves when it is on disk. */
  transact<T>(work: () => T): Promise<T>;
}

/** `transact` of a connection that only reads is never called. */
export const createDatabase = (
  connection: DatabaseSync,
  transact: Database['transact'] = async (work) => work(),
): Database => {
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
    run: async (work) => work(),
    read: async (work) => inSnapshot(connection, work),
    transact,
  };
};

const checked = <T>(found: unknown, row: z.ZodType<T>): T => {
  const result = row.safeParse(found);
  if (!result.success)
    throw fail('store_invalid', { detail: 'a row does not have the expected shape', cause: result.error });
  return result.data;
};
