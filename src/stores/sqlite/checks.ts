/** Checks before anything in a file is changed. Each fails with `store_invalid` and names the file. */
import type { DatabaseSync } from 'node:sqlite';
import { fail } from '#src/lib/errors';
import { refuseMoving } from '../moving.ts';
import type { Seal } from '../seal.ts';
import { sealCheck } from '../seal-check.ts';
import { readMark } from './moving.ts';
import { applicationId } from './schema.ts';
import { inTransaction } from './transaction.ts';

/** Not another program's database. */
export const checkOwner = (connection: DatabaseSync, file: string): void => {
  if (connection.prepare('PRAGMA application_id').get()?.['application_id'] === applicationId) return;
  throw fail('store_invalid', { field: 'store.file', hint: `${file} is not a Kinpass database.` });
};

/** Not one that is being moved. */
export const checkNotMoving = (connection: DatabaseSync, file: string): void =>
  refuseMoving(readMark(connection), file, 'store.file');

/** Reads every page once (about a second per gigabyte), so that damage is found at start-up and not by a viewer. */
export const checkPages = (connection: DatabaseSync, file: string): void => {
  const verdict = connection.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (verdict === 'ok') return;
  throw fail('store_invalid', {
    field: 'store.file',
    hint: `${file} is damaged. Restore it from a backup.`,
    detail: String(verdict),
  });
};

/** The first process to open a file stores a sealed word in it: a key that cannot open the word is the wrong one. */
export const checkSeal = (connection: DatabaseSync, file: string, seal: Seal): void => {
  const read = connection.prepare('SELECT sealed FROM seal_checks');
  const write = connection.prepare('INSERT INTO seal_checks (sealed) VALUES (?)');
  const found = inTransaction(connection, () => {
    const sealed = read.get()?.['sealed'];
    if (sealed === undefined) write.run(seal.seal(sealCheck.word, sealCheck.context));
    return sealed;
  });
  try {
    if (found !== undefined) seal.open(String(found), sealCheck.context);
  } catch (cause) {
    throw fail('store_invalid', {
      field: 'keys.directory',
      hint: `${file} was sealed with another key. Restore the key that belongs to it.`,
      cause,
    });
  }
};
