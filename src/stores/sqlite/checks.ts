/** What a file must be before anything is changed in it. Each check fails with `store_invalid`, naming the file. */
import type { DatabaseSync } from 'node:sqlite';
import { fail } from '#src/lib/errors';
import type { Seal } from '../seal.ts';
import { applicationId } from './schema.ts';
import { inTransaction } from './transaction.ts';

/** Not another program's database. */
export const checkOwner = (connection: DatabaseSync, file: string): void => {
  if (connection.prepare('PRAGMA application_id').get()?.['application_id'] === applicationId) return;
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

const word = 'kinpass';
const context = 'seal_checks/sealed';

/** The first to open a file leaves a sealed word in it; a key that does not open the word opens nothing else. */
export const checkSeal = (connection: DatabaseSync, file: string, seal: Seal): void => {
  const read = connection.prepare('SELECT sealed FROM seal_checks');
  const write = connection.prepare('INSERT INTO seal_checks (sealed) VALUES (?)');
  const found = inTransaction(connection, () => {
    const sealed = read.get()?.['sealed'];
    if (sealed === undefined) write.run(seal.seal(word, context));
    return sealed;
  });
  try {
    if (found !== undefined) seal.open(String(found), context);
  } catch (cause) {
    throw fail('store_invalid', {
      field: 'keys.directory',
      hint: `${file} was sealed with another key. Bring back the key that belongs to it.`,
      cause,
    });
  }
};
