import { chmodSync, linkSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './migrate.ts';

/**
 * Creates an empty database under another name and renames it when complete: no process sees an incomplete one, so an
 * empty or foreign file under that name is always an error. The first of several processes wins; the others use its file.
 */
export const createFile = (file: string): void => {
  const aside = mkdtempSync(join(dirname(file), '.kinpass-'));
  try {
    const draft = join(aside, 'new.db');
    const connection = new DatabaseSync(draft);
    try {
      connection.exec('PRAGMA journal_mode = WAL');
      migrate(connection, file);
    } finally {
      connection.close();
    }
    chmodSync(draft, 0o600);
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
};
