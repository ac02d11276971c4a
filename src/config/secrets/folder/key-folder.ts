import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#src/lib/clock';
import { invalidKeys } from '#src/lib/rsa-key';
import { systemErrorCode } from '#src/lib/system-error';
import { isServiceTokenKey, type KeyStorage, ledgerName } from '../key-storage.ts';
import { makeKeyFile, readKeyFile } from './key-files.ts';
import { readLedgerFile, replaceLedgerFile } from './ledger-file.ts';
import { withLedgerLock } from './ledger-lock.ts';

/** Keys in a folder that only the gateway's user can read and write. It is created with the first file. */
export const createKeyFolder = (directory: string, clock: Pick<Clock, 'wait'>): KeyStorage => {
  const place = (name: string) => join(directory, name);
  const readLedger = () => readLedgerFile(place(ledgerName));
  const list = () => namesIn(directory);
  return {
    name: directory,
    directory,
    place,
    list,
    read: (name) => readKeyFile(place(name)),
    create: (name, text) => makeKeyFile(directory, name, text),
    readLedger,
    changeLedger: (decide) =>
      withLedgerLock(directory, clock, async () => {
        const before = await readLedger();
        const { change, result } = await decide(before);
        for (const { name, text } of change.create ?? []) await makeKeyFile(directory, name, text);
        if (change.append) await replaceLedgerFile(directory, (before ?? '') + change.append);
        if (change.remove?.length) await removeFiles(directory, change.remove);
        return result;
      }),
    clear: async () => removeFiles(directory, [...(await list()), ledgerName, 'ledger.lock']),
    fingerprint: async () => {
      const parts = [...(await list()).filter(isServiceTokenKey), ledgerName].map(async (name) => {
        const found = await stat(place(name)).catch(() => undefined);
        return `${name} ${found?.ino} ${found?.size} ${found?.mtimeMs} ${found?.mode}`;
      });
      return (await Promise.all(parts)).join('\n');
    },
  };
};

/** Of a lock, of the ledger, and of what is not complete yet. */
const isOther = (name: string): boolean => name.startsWith('.') || name.startsWith('ledger.');

const namesIn = async (directory: string): Promise<string[]> => {
  try {
    return (await readdir(directory)).filter((name) => !isOther(name)).sort();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return [];
    throw code ? invalidKeys(directory, `cannot be read (${code}): grant this user access`) : error;
  }
};

const removeFiles = async (directory: string, names: readonly string[]): Promise<void> => {
  for (const name of names) await rm(join(directory, name), { force: true });
  await using folder = await open(directory, 'r');
  await folder.sync();
};
