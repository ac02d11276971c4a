import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Mark } from '../moving.ts';
import { checkOwner, checkPages } from './checks.ts';
import { whileOpening } from './errors.ts';
import { versionOf } from './migrate.ts';
import { readMark } from './moving.ts';
import { migrations } from './schema.ts';

export interface Inspection {
  readonly schema: number;
  /** The schema that this version works with; an older one is migrated at the next start. */
  readonly newestSchema: number;
  /** Bytes. */
  readonly journalSize: number;
  /** Undefined unless it is being moved, or was moved. */
  readonly mark: Mark | undefined;
}

/**
 * Looks at a database without changing it, beside the gateways that use it. `readPages`: reads all of it, about a second
 * per gigabyte, during which this thread does nothing else. Errors: store_invalid, naming the file.
 */
export const inspectDatabase = (file: string, { readPages }: { readonly readPages: boolean }): Inspection => {
  try {
    const connection = new DatabaseSync(locationOf(file), { readOnly: true });
    try {
      checkOwner(connection, file);
      const schema = versionOf(connection, file);
      if (readPages) checkPages(connection, file);
      return {
        schema,
        newestSchema: migrations.length,
        mark: readMark(connection),
        journalSize: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    throw whileOpening(error, file);
  }
};

/**
 * A reader creates a journal where there is none, which would belong to whoever runs this and stay. Without a journal
 * nobody uses the file, so it can be read as one that does not change (https://sqlite.org/uri.html).
 */
const locationOf = (file: string): URL => {
  const location = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) location.searchParams.set('immutable', '1');
  return location;
};
