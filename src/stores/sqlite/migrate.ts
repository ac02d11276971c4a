import type { DatabaseSync } from 'node:sqlite';
import { fail } from '#src/lib/errors';
import { applicationId, migrations } from './schema.ts';

const pragma = (connection: DatabaseSync, name: 'application_id' | 'user_version'): unknown =>
  connection.prepare(`PRAGMA ${name}`).get()?.[name];

/** Refuses what another program made. `file` is for the message. */
export const checkOwner = (connection: DatabaseSync, file: string): void => {
  if (pragma(connection, 'application_id') === applicationId) return;
  throw fail('store_invalid', { field: 'store.file', hint: `${file} is not a database of Kinpass.` });
};

/** Reads every page once (about a second per gigabyte), so that damage is met at start and not by a viewer. */
export const checkPages = (connection: DatabaseSync, file: string): void => {
  const verdict = connection.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (verdict === 'ok') return;
  throw fail('store_invalid', {
    field: 'store.file',
    hint: `${file} is damaged. Restore it from a backup.`,
    detail: String(verdict),
  });
};

/** Brings the schema up to this version in one transaction, so that of several nodes one does it. */
export const migrate = (connection: DatabaseSync, file: string, steps = migrations): void => {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(pragma(connection, 'user_version'));
    if (version > steps.length) throw newer(file, version, steps.length);
    for (const step of steps.slice(version)) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${steps.length}`);
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
};

const newer = (file: string, version: number, known: number) =>
  fail('store_invalid', {
    field: 'store.file',
    hint: `${file} has schema ${version}, made by a newer Kinpass; this one knows ${known}. Start the newer one.`,
  });
