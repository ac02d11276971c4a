import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';

const pause = 20;
const attempts = 500;

/**
 * Runs alone among all processes that work on this directory's ledger. The lock is one that the operating system
 * gives to an open SQLite file: whoever dies lets go of it. Errors: keys_invalid when it does not come free in 10 s.
 */
export const alone = async <T>(
  directory: string,
  clock: Pick<Clock, 'wait'>,
  run: () => Promise<T>,
): Promise<T> => {
  const path = join(directory, 'ledger.lock');
  await create(path);
  using file = new DatabaseSync(path, { timeout: 0 });
  for (let attempt = 1; !acquired(file); attempt++) {
    if (attempt === attempts) {
      throw fail('keys_invalid', {
        field: path,
        hint: `${path} is held by another process: end it, then try again`,
      });
    }
    await clock.wait(pause);
  }
  return await run();
};

/** An existing file is not opened here: to close it would let go of a lock that this process has. */
const create = async (path: string): Promise<void> => {
  try {
    await using _ = await open(path, 'wx', 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
};

const busy = 5; // SQLITE_BUSY

const acquired = (file: DatabaseSync): boolean => {
  try {
    file.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false;
    throw error;
  }
};
