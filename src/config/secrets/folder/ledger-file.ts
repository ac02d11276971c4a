import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidKeys } from '#src/lib/rsa-key';
import { systemErrorCode } from '#src/lib/system-error';
import { ledgerName } from '../key-storage.ts';
import { matchFolderOwner } from './folder-owner.ts';

/** Undefined if there is none. Anybody may read it, but only its owner may write to it. Errors: keys_invalid. */
export const readLedgerFile = async (path: string): Promise<string | undefined> => {
  try {
    await using file = await open(path, 'r');
    const { mode } = await file.stat();
    if (mode & 0o022) throw invalidKeys(path, `is writable by other users: run chmod 600 ${path}`);
    return await file.readFile('utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return undefined;
    throw code ? invalidKeys(path, `cannot be read (${code}): grant this user access`) : error;
  }
};

/**
 * The file is replaced as a whole, so that nobody reads half a line, not even after a power failure. Errors: keys_invalid.
 */
export const replaceLedgerFile = async (directory: string, text: string): Promise<void> => {
  const path = join(directory, ledgerName);
  const fresh = join(directory, `.${ledgerName}.new`);
  await rm(fresh, { force: true }); // left over from a process that died here
  try {
    await using file = await open(fresh, 'wx', 0o600);
    await file.writeFile(text);
    await file.sync();
    await matchFolderOwner(directory, fresh);
  } catch (error) {
    const problem = `cannot be written (${systemErrorCode(error)}): make the folder writable`;
    throw invalidKeys(path, problem, error);
  }
  await rename(fresh, path);
  await using folder = await open(directory, 'r');
  await folder.sync();
};
