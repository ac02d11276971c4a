import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import type { Log } from '#src/observability/logger';
import type { UnsealedStore } from '../key-ports.ts';
import { checkAfterUncleanStop } from './check-after-unclean-stop.ts';
import { checkNotMoving, checkOwner } from './checks.ts';
import { createDatabase } from './database.ts';
import { whileOpening } from './errors.ts';
import { createKeyFileStore } from './key-files.ts';
import { migrate, versionOf } from './migrate.ts';
import { durable, maxLockWait, prepareFile } from './open-file.ts';
import { inTransaction } from './transaction.ts';

interface Deps {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Opens the keys in a database before the key that it is sealed with is known; creates it if it is missing. One of an earlier
 * schema, which has no keys, is left as it is. Errors: store_invalid, which names the file.
 */
export const openUnsealedSqlite = (file: string, { clock, log }: Deps): UnsealedStore & AsyncDisposable => {
  const path = resolve(file);
  try {
    prepareFile(path);
    const checkedFor = checkAfterUncleanStop(path, clock);
    if (checkedFor !== undefined)
      log.warn({ file: path, ms: checkedFor }, 'the database was not closed properly; it is whole');
    return serve(new DatabaseSync(path, { timeout: maxLockWait }), path);
  } catch (error) {
    throw whileOpening(error, path);
  }
};

const serve = (connection: DatabaseSync, file: string): UnsealedStore & AsyncDisposable => {
  const close = async () => connection.close();
  const has = (sql: string): boolean => connection.prepare(sql).get() !== undefined;
  const isSealed = (): boolean => has('SELECT 1 FROM seal_checks');
  try {
    checkOwner(connection, file);
    versionOf(connection, file);
    checkNotMoving(connection, file);
    connection.exec(durable);
    if (!isSealed()) migrate(connection, file);
    const hasKeys = has("SELECT 1 FROM sqlite_schema WHERE name = 'key_files'");
    return {
      keyFiles: hasKeys
        ? createKeyFileStore({
            database: createDatabase(connection, async (work) => inTransaction(connection, work)),
          })
        : { list: async () => [], change: async () => false },
      isSealed: async () => isSealed(),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    connection.close();
    throw error;
  }
};
