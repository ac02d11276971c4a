import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Seal } from '../seal.ts';
import { checkAfterUncleanStop } from './check-after-unclean-stop.ts';
import { checkNotMoving, checkOwner, checkSeal } from './checks.ts';
import { createFile } from './create-file.ts';
import { whileOpening } from './errors.ts';
import { migrate, versionOf } from './migrate.ts';
import type { Opened } from './writer-messages.ts';

interface OpenedFile extends Opened {
  readonly connection: DatabaseSync;
}

/** Milliseconds to wait for another process that holds the lock. SQLite waits by blocking the thread. */
export const maxLockWait = 1_500;

/**
 * Opens the database for writing, with the schema of this version; creates it if it is missing. Checks first, so that a
 * rejected file is left unchanged. Errors: store_invalid, which names the file.
 */
export const openFile = (file: string, seal: Seal, clock: Clock): OpenedFile => {
  try {
    prepareFile(file);
    const checkedFor = checkAfterUncleanStop(file, clock);
    const connection = new DatabaseSync(file, { timeout: maxLockWait });
    try {
      prepare(connection, file, seal);
      return { connection, checkedFor };
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    throw whileOpening(error, file);
  }
};

/** An empty file, or a journal without its database, is the rest of a lost database: never a new one. */
export const prepareFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const orphan = existsSync(`${file}-wal`);
  if (!existsSync(file)) {
    if (orphan) throw lost(file, `${file} is missing, but its journal ${file}-wal is there.`);
    createFile(file);
  }
  if (statSync(file).size === 0) throw lost(file, `${file} is empty.`);
  chmodSync(file, 0o600);
};

const lost = (file: string, what: string) =>
  fail('store_invalid', {
    field: 'store.file',
    hint: `${what} Restore the database, or remove ${file} and ${file}-wal to start with an empty one.`,
  });

/**
 * FULL: a commit is acknowledged when it is on disk. A small journal keeps checkpoints short; one that grew beside a long
 * reader gives its space back. MEMORY: what a savepoint may have to restore is kept in memory; beyond 64 KB it would go to a
 * file in the folder for temporary files.
 */
export const durable = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 250; PRAGMA journal_size_limit = 2000000;
  PRAGMA temp_store = MEMORY`;

const prepare = (connection: DatabaseSync, file: string, seal: Seal): void => {
  checkOwner(connection, file);
  versionOf(connection, file);
  checkNotMoving(connection, file);
  checkSeal(connection, file, seal);
  connection.exec(durable);
  migrate(connection, file);
};
