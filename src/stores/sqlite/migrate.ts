import type { DatabaseSync } from 'node:sqlite';
import { fail } from '#src/lib/errors';
import { migrations } from './schema.ts';
import { inTransaction } from './transaction.ts';

/** The schema version of a file. Errors: store_invalid if this version does not know it. */
export const versionOf = (connection: DatabaseSync, file: string, known = migrations.length): number => {
  const version = Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version <= known) return version;
  throw fail('store_invalid', {
    field: 'store.file',
    hint: `${file} has schema ${version}, written by a newer Kinpass; this version knows up to ${known}. Upgrade Kinpass.`,
  });
};

/** Migrates the schema to this version in one transaction, so that only one of several nodes does. */
export const migrate = (connection: DatabaseSync, file: string, steps = migrations): void =>
  inTransaction(connection, () => {
    const missing = steps.slice(versionOf(connection, file, steps.length));
    if (missing.length === 0) return;
    for (const step of missing) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${steps.length}`);
  });
