import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { checkOwner, checkPages } from './checks.ts';
import { isBusy } from './errors.ts';
import { versionOf } from './migrate.ts';

/** Milliseconds to wait for another process that checks the same file, about a second per gigabyte. */
const maxCheck = 600_000;
const maxAttempts = 10;

/**
 * Reads all pages of a database that was not closed properly, unless another process has it open: the last one to close
 * it removes its journal. Returns how many milliseconds it took; undefined if it was not needed. Errors: store_invalid,
 * also at every later start until a check has passed.
 */
export const checkAfterUncleanStop = (file: string, clock: Clock): number | undefined => {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (!isUnclean(file)) return undefined;
    const begun = clock.monotonic();
    const connection = openAlone(file);
    if (connection) {
      check(connection, file);
      return clock.monotonic() - begun;
    }
    if (isInUse(file)) return undefined;
  }
  throw fail('store_invalid', {
    field: 'store.file',
    hint: `${file} must be checked, but another process has it open. End that process.`,
  });
};

/** An empty file that says: a check has begun and has not passed. Closing removes the journal, whatever was found. */
const markOf = (file: string): string => `${file}-unchecked`;
const isMarked = (file: string): boolean => existsSync(markOf(file));
const isUnclean = (file: string): boolean =>
  isMarked(file) || (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;

const look = 'SELECT 1 FROM sqlite_schema';

/** A connection that keeps all others out; undefined if there are others. */
const openAlone = (file: string): DatabaseSync | undefined => {
  const connection = new DatabaseSync(file, { timeout: isMarked(file) ? 1_000 : 0 });
  try {
    connection.exec(`PRAGMA locking_mode = EXCLUSIVE; ${look}`);
    return connection;
  } catch (error) {
    connection.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
};

/** Whether other processes have it open after they, or others before them, checked it. Waits for one that does. */
const isInUse = (file: string): boolean => {
  const connection = new DatabaseSync(file, { readOnly: true, timeout: maxCheck });
  try {
    connection.exec(look);
    return !isMarked(file); // nobody checks it now, since this connection can read
  } finally {
    connection.close();
  }
};

const check = (connection: DatabaseSync, file: string): void => {
  try {
    checkOwner(connection, file);
    versionOf(connection, file);
    writeFileSync(markOf(file), '', { mode: 0o600 });
    checkPages(connection, file);
    rmSync(markOf(file));
  } finally {
    connection.close();
  }
};
