import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#src/lib/clock';
import { invalidKeys } from '#src/lib/rsa-key';
import { systemErrorCode } from '#src/lib/system-error';
import { matchFolderOwner } from '../key/key-folder.ts';
import { formatLine, type LedgerEntry, parseLedger } from './ledger-line.ts';
import { withLedgerLock } from './ledger-lock.ts';

/**
 * `ledger.jsonl` in the keys directory: who did what to which key and when, one JSON object per line. Append-only. The
 * file is replaced as a whole, so that nobody reads half a line, not even after a power failure.
 */
export interface Ledger {
  readonly path: string;
  /** All entries; undefined if there is no ledger yet. Errors: keys_invalid. */
  read(): Promise<LedgerEntry[] | undefined>;
  /**
   * Holds the lock while `decide` sees the current entries; the entries that it returns in `append` are on disk when
   * this resolves. Errors: keys_invalid, and those of `decide`.
   */
  change<T extends { readonly append: readonly LedgerEntry[] }>(
    decide: (entries: LedgerEntry[] | undefined) => Promise<T>,
  ): Promise<T>;
}

const fileName = 'ledger.jsonl';

export const createLedger = (directory: string, clock: Pick<Clock, 'wait'>): Ledger => {
  const path = join(directory, fileName);
  const read = async () => {
    const text = await readText(path);
    return text === undefined ? undefined : { text, entries: parseLedger(text, path) };
  };
  return {
    path,
    read: async () => (await read())?.entries,
    change: (decide) =>
      withLedgerLock(directory, clock, async () => {
        const before = await read();
        const decision = await decide(before?.entries);
        if (decision.append.length > 0) {
          await replace(directory, path, (before?.text ?? '') + decision.append.map(formatLine).join(''));
        }
        return decision;
      }),
  };
};

const readText = async (path: string): Promise<string | undefined> => {
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

const replace = async (directory: string, path: string, text: string): Promise<void> => {
  const fresh = join(directory, `.${fileName}.new`);
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
