import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#src/lib/clock';
import { giveToOwner } from './folder.ts';
import { formatLine, type LedgerEntry, parseLedger } from './ledger-line.ts';
import { alone } from './ledger-lock.ts';
import { unfit } from './public-key.ts';

/**
 * `ledger.jsonl` in the keys directory: who did what to which key and when, one JSON object a line. Lines are only
 * ever added. The file is replaced whole, so that nobody sees half a line, not even after a power failure.
 */
export interface Ledger {
  readonly path: string;
  /** Every entry; undefined where there is no ledger yet. Errors: keys_invalid. */
  read(): Promise<LedgerEntry[] | undefined>;
  /**
   * Alone among all processes: hands over what is written, then writes what `decide` answers in `append` behind it,
   * on disk before it resolves. Errors: keys_invalid, and those of `decide`.
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
      alone(directory, clock, async () => {
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
    if (mode & 0o022) throw unfit(path, `can be written by other users: run chmod 600 ${path}`);
    return await file.readFile('utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw errno(error) ? unfit(path, `cannot be read (${errno(error)}): give this user access`) : error;
  }
};

const replace = async (directory: string, path: string, text: string): Promise<void> => {
  const fresh = join(directory, `.${fileName}.new`);
  await rm(fresh, { force: true }); // left by a process that died here
  try {
    await using file = await open(fresh, 'wx', 0o600);
    await file.writeFile(text);
    await file.sync();
    await giveToOwner(directory, fresh);
  } catch (error) {
    throw unfit(path, `cannot be written (${errno(error)}): make the folder writable`, error);
  }
  await rename(fresh, path);
  await using folder = await open(directory, 'r');
  await folder.sync();
};

const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : undefined;
