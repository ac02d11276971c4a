import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { createAuditStore } from '../sqlite/audit.ts';
import { checkAfterUncleanStop } from '../sqlite/check-after-unclean-stop.ts';
import { checkOwner } from '../sqlite/checks.ts';
import { createDatabase } from '../sqlite/database.ts';
import { isBusy, whileOpening } from '../sqlite/errors.ts';
import { createKeyFileStore } from '../sqlite/key-files.ts';
import { versionOf } from '../sqlite/migrate.ts';
import { allowChanges, readMark, refuseChanges, removeMark, writeMark } from '../sqlite/moving.ts';
import { durable, prepareFile } from '../sqlite/open-file.ts';
import { migrations } from '../sqlite/schema.ts';
import { inTransaction } from '../sqlite/transaction.ts';
import { requireSchema } from './require-schema.ts';
import { pageSize, type Row, type Side } from './side.ts';
import { type Table, unexpired } from './tables.ts';

interface Options {
  readonly file: string;
  /** Whether to create a missing file. */
  readonly create: boolean;
  /** Whether to lock out other processes. */
  readonly alone: boolean;
  readonly clock: Clock;
}

/** Milliseconds to wait for a gateway that is writing. */
const maxLockWait = 10_000;

/** Undefined if there is no database and none is created. Errors: store_invalid. */
export const openSqliteSide = ({ file, create, alone, clock }: Options): Side | undefined => {
  const path = resolve(file);
  if (!create && !existsSync(path)) return undefined;
  try {
    prepareFile(path);
    checkAfterUncleanStop(path, clock);
    // Rows arrive table by table, and REPLACE deletes rows that others refer to.
    const connection = new DatabaseSync(path, { timeout: maxLockWait, enableForeignKeyConstraints: false });
    try {
      if (alone) keepOthersOut(connection, path);
      checkOwner(connection, path);
      requireSchema(path, 'store.file', versionOf(connection, path), migrations.length);
      connection.exec(durable);
      return sideOf(connection, path);
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    throw whileOpening(error, path);
  }
};

/** Until it is closed. Errors: store_invalid if another process has it open. */
const keepOthersOut = (connection: DatabaseSync, path: string): void => {
  try {
    connection.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; SELECT 1 FROM sqlite_schema');
  } catch (error) {
    if (!isBusy(error)) throw error;
    const hint = `${path} is used by another process. Nothing was written. Stop that process, or copy into another file.`;
    throw fail('store_invalid', { field: 'store.file', hint });
  }
};

const sideOf = (connection: DatabaseSync, place: string): Side => {
  const transact = async <T>(work: () => T): Promise<T> => inTransaction(connection, work);
  const database = createDatabase(connection, transact);
  return {
    place,
    field: 'store.file',
    keyFiles: createKeyFileStore({ database }),
    audit: createAuditStore({ database }),
    ...rowsOf(connection),
    seal: async () =>
      connection.prepare('SELECT sealed FROM seal_checks').get()?.['sealed'] as string | undefined,
    mark: async () => readMark(connection),
    receive: (seal, mark) =>
      transact(() => {
        allowChanges(connection);
        writeMark(connection, mark);
        connection.exec('DELETE FROM seal_checks');
        connection.prepare('INSERT INTO seal_checks (sealed) VALUES (?)').run(seal);
      }),
    leave: (mark) =>
      transact(() => {
        writeMark(connection, mark);
        refuseChanges(connection);
      }),
    serve: () =>
      transact(() => {
        allowChanges(connection);
        removeMark(connection);
      }),
    [Symbol.asyncDispose]: async () => connection.close(),
  };
};

type Rows = Pick<Side, 'count' | 'pages' | 'find' | 'last' | 'put' | 'append' | 'remove'>;

const rowsOf = (connection: DatabaseSync): Rows => {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? connection.prepare(sql);
    known.setAllowUnknownNamedParameters(true);
    prepared.set(sql, known);
    return known;
  };
  const each = async (rows: readonly Row[], statement: StatementSync): Promise<void> =>
    inTransaction(connection, () => {
      for (const row of rows) statement.run(row);
    });
  const all = (sql: string, params: Record<string, SQLInputValue>) => prepare(sql).all(params) as Row[];

  return {
    count: async (table, now) => {
      const [found] = all(`SELECT count(*) AS count FROM ${table.name} WHERE ${unexpired(table)}`, { now });
      return Number(found?.['count']);
    },
    async *pages(table, now, after) {
      const sql = `SELECT rowid AS cursor, ${selected(table)} FROM ${table.name}
        WHERE rowid > :after AND ${unexpired(table)} ORDER BY rowid LIMIT ${pageSize}`;
      for (let cursor = after ?? -1; ; ) {
        const page = all(sql, { after: cursor, now });
        const last = page.at(-1);
        if (!last) return;
        cursor = Number(last['cursor']);
        yield page.map(({ cursor: _, ...row }) => row);
      }
    },
    find: async (table, keys) => {
      const statement = prepare(`SELECT ${selected(table)} FROM ${table.name} WHERE ${keyOf(table)}`);
      return keys.flatMap((key) => statement.all(key) as Row[]);
    },
    last: async (table) =>
      all(`SELECT ${selected(table)} FROM ${table.name} ORDER BY rowid DESC LIMIT 1`, {})[0],
    // REPLACE deletes rows that conflict on any unique key.
    put: (table, rows) => each(rows, prepare(insert('INSERT OR REPLACE', table))),
    append: (table, rows) => each(rows, prepare(insert('INSERT', table))),
    remove: (table, keys) => each(keys, prepare(`DELETE FROM ${table.name} WHERE ${keyOf(table)}`)),
  };
};

const keyOf = ({ key }: Table): string => key.map((column) => `${column} = :${column}`).join(' AND ');

const stored = ({ ordered }: Table, column: string): string =>
  ordered && column === 'position' ? 'rowid' : column;

const selected = (table: Table): string =>
  table.columns.map((column) => `${stored(table, column)} AS ${column}`).join(', ');

const insert = (verb: string, table: Table): string => {
  const columns = table.columns.map((column) => stored(table, column));
  return `${verb} INTO ${table.name} (${columns.join(', ')}) VALUES (:${table.columns.join(', :')})`;
};
