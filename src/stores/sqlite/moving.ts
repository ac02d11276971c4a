import type { DatabaseSync } from 'node:sqlite';
import { type Mark, markRow, refusal } from '../moving.ts';

const has = (connection: DatabaseSync, name: string): boolean =>
  connection.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;

/** Undefined for a database that is not being moved. */
export const readMark = (connection: DatabaseSync): Mark | undefined =>
  has(connection, 'moving')
    ? markRow.parse(connection.prepare('SELECT state, other, since FROM moving').get())
    : undefined;

/** Runs in the caller's transaction, as do the others. */
export const writeMark = (connection: DatabaseSync, { state, other, since }: Mark): void => {
  connection.exec(`DROP TABLE IF EXISTS moving;
    CREATE TABLE moving (state TEXT NOT NULL, other TEXT NOT NULL, since INTEGER NOT NULL) STRICT`);
  connection.prepare('INSERT INTO moving (state, other, since) VALUES (?, ?, ?)').run(state, other, since);
};

/** Refuses every change of a row: triggers also apply to processes that are already running. */
export const refuseChanges = (connection: DatabaseSync): void => {
  for (const name of tablesOf(connection))
    for (const event of ['INSERT', 'UPDATE', 'DELETE'])
      connection.exec(
        `CREATE TRIGGER IF NOT EXISTS left_${name}_${event} BEFORE ${event} ON ${name}
          BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
      );
};

const tablesOf = (connection: DatabaseSync): string[] =>
  connection
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'moving'",
    )
    .all()
    .map(({ name }) => String(name));

export const allowChanges = (connection: DatabaseSync): void => {
  const triggers = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'left\\_%' ESCAPE '\\'")
    .all();
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
};

export const removeMark = (connection: DatabaseSync): void => connection.exec('DROP TABLE IF EXISTS moving');
