import { DatabaseSync } from 'node:sqlite';

/** Whether SQLite finds no damage in the file. */
export const isWhole = (file: string): boolean => {
  using database = new DatabaseSync(file);
  const found = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
  return found.length === 1 && found[0]?.integrity_check === 'ok';
};
