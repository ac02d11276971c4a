/**
 * Keys in the store, sealed by keys from elsewhere. Refuses to guess: what does not open is a fault, never a reason to make
 * another one.
 */
import { type KeyStorage, type LedgerChange, ledgerName } from '#src/config/secrets/key-storage';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { invalidKeys } from '#src/lib/rsa-key';
import type { KeyFileStep, KeyFileStore, StoredKeyFile } from '../key-ports.ts';
import { type FileSeals, placeOf, table } from './file-seals.ts';

interface Deps {
  readonly files: KeyFileStore;
  readonly seals: FileSeals;
  readonly clock: Pick<Clock, 'now'>;
}

export interface SealedKeys extends KeyStorage {
  /** Seals again whatever another one than the newest key has sealed. Returns how many files that were. Errors: keys_invalid. */
  reseal(): Promise<number>;
}

const maxAttempts = 50;

export const createSealedKeys = ({ files, seals, clock }: Deps): SealedKeys => {
  const find = async (name: string): Promise<string | undefined> => {
    const all = await files.list();
    const found = all.find((file) => file.name === name);
    return found && seals.open(found, all);
  };
  /** Nothing is added under a key that does not open what is there. */
  const listToChange = async (): Promise<readonly StoredKeyFile[]> => {
    const all = await files.list();
    if (all[0]) seals.open(all[0], all);
    return all;
  };
  const changeAll = async (steps: readonly KeyFileStep[]): Promise<number> => {
    if (steps.length === 0 || (await files.change(steps, clock.now()))) return steps.length;
    throw invalidKeys(table, 'was changed in the meantime: run the command again');
  };

  return {
    name: 'the store',
    directory: undefined,
    place: placeOf,
    list: async () => (await files.list()).map(({ name }) => name).filter((name) => name !== ledgerName),
    read: find,
    create: async (name, text) => {
      await listToChange();
      return files.change([{ name, before: null, after: seals.seal(name, text.trim()) }], clock.now());
    },
    readLedger: () => find(ledgerName),
    changeLedger: async (decide) => {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const all = await listToChange();
        const found = all.find(({ name }) => name === ledgerName);
        const ledger = found && seals.open(found, all);
        const { change, result } = await decide(ledger);
        const steps = stepsOf(change, { all, ledger, seals });
        if (steps.length === 0 || (await files.change(steps, clock.now()))) return result;
      }
      throw fail('gateway_unavailable', { detail: `other processes keep changing ${placeOf(ledgerName)}` });
    },
    clear: async () => {
      const all = await listToChange();
      await changeAll(all.map(({ name, sealed }) => ({ name, before: sealed, after: null })));
    },
    fingerprint: async () => fingerprint(JSON.stringify(await files.list())),
    reseal: async () => {
      const all = await files.list();
      const earlier = all.filter((file) => !seals.isNewest(file));
      return changeAll(
        earlier.map((file) => ({
          name: file.name,
          before: file.sealed,
          after: seals.seal(file.name, seals.open(file, all)),
        })),
      );
    },
  };
};

interface Found {
  readonly all: readonly StoredKeyFile[];
  readonly ledger: string | undefined;
  readonly seals: FileSeals;
}

const stepsOf = (
  { append, create = [], remove = [] }: LedgerChange,
  { all, ledger = '', seals }: Found,
): KeyFileStep[] => {
  const found = new Map(all.map(({ name, sealed }) => [name, sealed]));
  const put = (name: string, text: string): KeyFileStep => ({
    name,
    before: found.get(name) ?? null,
    after: seals.seal(name, text),
  });
  return [
    ...create.filter(({ name }) => !found.has(name)).map(({ name, text }) => put(name, text.trim())),
    ...(append ? [put(ledgerName, ledger + append)] : []),
    ...remove.flatMap((name) => {
      const before = found.get(name);
      return before === undefined ? [] : [{ name, before, after: null }];
    }),
  ];
};
