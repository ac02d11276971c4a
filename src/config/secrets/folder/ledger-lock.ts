import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { invalidKeys } from '#src/lib/rsa-key';
import { systemErrorCode } from '#src/lib/system-error';
import { matchFolderOwner } from './folder-owner.ts';

/** Milliseconds between attempts. */
const retryInterval = 20;
const maxAttempts = 500;

/**
 * Runs exclusively among all processes that work on this directory's ledger. The lock is the one that the operating
 * system keeps on an open SQLite file, so that it is released when its holder dies. Errors: keys_invalid if the lock is
 * not free within 10 s.
 */
export const withLedgerLock = async <T>(
  directory: string,
  clock: Pick<Clock, 'wait'>,
  run: () => Promise<T>,
): Promise<T> => {
  const path = join(directory, 'ledger.lock');
  await createIfMissing(directory, path);
  using file = new DatabaseSync(path, { timeout: 0 });
  for (let attempt = 1; !tryLock(file); attempt++) {
    if (attempt === maxAttempts)
      throw invalidKeys(path, 'is locked by another process: wait until it has finished, or end it');
    await clock.wait(retryInterval);
  }
  return await run();
};

/** Must not open an existing file: closing it would release a lock that this process holds (POSIX locks). */
const createIfMissing = async (directory: string, path: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await using _ = await open(path, 'wx', 0o600);
    await matchFolderOwner(directory, path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return;
    throw code ? invalidKeys(path, `cannot be created (${code}): make the folder writable`, error) : error;
  }
};

const busy = 5; // SQLITE_BUSY

const tryLock = (file: DatabaseSync): boolean => {
  try {
    file.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false;
    throw error;
  }
};
