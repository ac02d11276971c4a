import type { z } from 'zod';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { type Columns, readRow, writeValue } from './values.ts';

export type Params = Readonly<Record<string, unknown>>;

/** A statement with its values, and how its rows are read. */
export interface Statement<T> {
  readonly text: string;
  /** Where statements are prepared: the same for the same text. */
  readonly name: string;
  readonly values: readonly (string | null)[];
  read(columns: Columns, rows: readonly (readonly (string | null)[])[]): T;
}

/** A statement that returns rows; each is checked against `row`. Parameters are written `:name`. */
export const all = <T>(sql: string, row: z.ZodType<T>): ((params: Params) => Statement<T[]>) => {
  const bind = compile(sql);
  return (params) => ({
    ...bind(params),
    read: (columns, rows) => rows.map((found) => checked(readRow(columns, found), row)),
  });
};

/** The same for the first row. */
export const one = <T>(sql: string, row: z.ZodType<T>): ((params: Params) => Statement<T | undefined>) => {
  const statement = all(sql, row);
  return (params) => {
    const every = statement(params);
    return { ...every, read: (columns, rows) => every.read(columns, rows.slice(0, 1))[0] };
  };
};

/** A statement of which only the number of rows matters: those it returns. */
export const count = (sql: string): ((params: Params) => Statement<number>) => {
  const bind = compile(sql);
  return (params) => ({ ...bind(params), read: (_columns, rows) => rows.length });
};

export const command = (sql: string): ((params: Params) => Statement<void>) => {
  const bind = compile(sql);
  return (params) => ({ ...bind(params), read: () => undefined });
};

/** `::` is a cast. */
const parameter = /(?<!:):([a-z]\w*)/gi;

const compile = (sql: string) => {
  const names: string[] = [];
  const text = sql.replace(parameter, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  const name = `kinpass_${fingerprint(text).slice(0, 20)}`;
  return (params: Params) => ({ text, name, values: names.map((own) => writeValue(params[own], own)) });
};

const checked = <T>(found: unknown, row: z.ZodType<T>): T => {
  const result = row.safeParse(found);
  if (!result.success)
    throw fail('store_invalid', { detail: 'a row does not have the expected shape', cause: result.error });
  return result.data;
};
