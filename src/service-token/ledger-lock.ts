import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { giveToOwner } from './folder.ts';
import { unfit } from './public-key.ts';

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
  await create(directory, path);
  using file = new DatabaseSync(path, { timeout: 0 });
  for (let attempt = 1; !acquired(file); attempt++) {
    if (attempt === attempts) {
      throw unfit(path, 'is held by another process: wait for it, or end it');
    }
    await clock.wait(pause);
  }
  return await run();
};

/** An existing file is not opened here: to close it would let go of a lock that this process has. */
const create = async (directory: string, path: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await using _ = await open(path, 'wx', 0o600);
    await giveToOwner(directory, path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === 'EEXIST') return;
    throw code ? unfit(path, `cannot be made (${code}): make the folder writable`, error) : error;
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
