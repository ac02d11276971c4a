/**
 * Keys in the store, sealed by keys from elsewhere. A text is bound to table, column and name: one that was altered or moved
 * to another row does not open. Refuses to guess: what does not open is a fault, never a reason to make another one.
 */
import { type KeyStorage, type LedgerChange, ledgerName } from '#src/config/secrets/key-storage';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { invalidKeys } from '#src/lib/rsa-key';
import type { KeyFileStep, KeyFileStore, StoredKeyFile } from '../key-ports.ts';
import type { Seal } from '../seal.ts';

interface Deps {
  readonly files: KeyFileStore;
  /** The first one seals, each of them opens. */
  readonly seals: readonly [Seal, ...Seal[]];
  /** Where they come from, for messages. */
  readonly setting: string;
  readonly clock: Pick<Clock, 'now'>;
}

export interface SealedKeys extends KeyStorage {
  /** Seals again whatever another one than the first has sealed. Returns how many files that were. Errors: keys_invalid. */
  reseal(): Promise<number>;
}

const table = 'key_files';
const contextOf = (name: string): string => `${table}/sealed_text/${name}`;
const maxAttempts = 50;

export const createSealedKeys = ({ files, seals, setting, clock }: Deps): SealedKeys => {
  const [newest] = seals;
  const place = (name: string): string => `${table}/${name}`;
  const opens = (seal: Seal, { name, sealed }: StoredKeyFile): string | undefined => {
    try {
      return seal.open(sealed, contextOf(name));
    } catch {
      return undefined;
    }
  };
  const openAny = (file: StoredKeyFile): string | undefined =>
    seals.map((seal) => opens(seal, file)).find((text) => text !== undefined);
  const open = (file: StoredKeyFile, all: readonly StoredKeyFile[]): string => {
    const text = openAny(file);
    if (text !== undefined) return text;
    if (all.some((other) => openAny(other) !== undefined))
      throw invalidKeys(place(file.name), 'was altered in the store: restore the table from a backup');
    const problem = `does not open the keys in the store (table ${table}): give the one that they were sealed with`;
    throw invalidKeys(setting, problem);
  };
  /** Nothing is added under a key that does not open what is there. */
  const listToChange = async (): Promise<readonly StoredKeyFile[]> => {
    const all = await files.list();
    if (all[0]) open(all[0], all);
    return all;
  };
  const find = async (name: string): Promise<string | undefined> => {
    const all = await files.list();
    const found = all.find((file) => file.name === name);
    return found && open(found, all);
  };
  const sealed = (name: string, text: string): string => newest.seal(text, contextOf(name));
  const stepsOf = (
    { append, create = [], remove = [] }: LedgerChange,
    all: readonly StoredKeyFile[],
    ledger: string | undefined,
  ): KeyFileStep[] => {
    const now = new Map(all.map((file) => [file.name, file.sealed]));
    const put = (name: string, text: string) => ({
      name,
      before: now.get(name) ?? null,
      after: sealed(name, text),
    });
    return [
      ...create.filter(({ name }) => !now.has(name)).map(({ name, text }) => put(name, text.trim())),
      ...(append ? [put(ledgerName, (ledger ?? '') + append)] : []),
      ...remove.flatMap((name) => {
        const before = now.get(name);
        return before === undefined ? [] : [{ name, before, after: null }];
      }),
    ];
  };

  return {
    name: 'the store',
    directory: undefined,
    place,
    list: async () => (await files.list()).map(({ name }) => name).filter((name) => name !== ledgerName),
    read: find,
    create: async (name, text) => {
      await listToChange();
      return files.change([{ name, before: null, after: sealed(name, text.trim()) }], clock.now());
    },
    readLedger: () => find(ledgerName),
    changeLedger: async (decide) => {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const all = await listToChange();
        const found = all.find(({ name }) => name === ledgerName);
        const ledger = found && open(found, all);
        const { change, result } = await decide(ledger);
        const steps = stepsOf(change, all, ledger);
        if (steps.length === 0 || (await files.change(steps, clock.now()))) return result;
      }
      throw fail('gateway_unavailable', { detail: `other processes keep changing ${place(ledgerName)}` });
    },
    fingerprint: async () => fingerprint(JSON.stringify(await files.list())),
    reseal: async () => {
      const all = await files.list();
      const steps = all.flatMap((file) =>
        opens(newest, file) === undefined
          ? [{ name: file.name, before: file.sealed, after: sealed(file.name, open(file, all)) }]
          : [],
      );
      if (steps.length === 0 || (await files.change(steps, clock.now()))) return steps.length;
      throw invalidKeys(table, 'was changed in the meantime: run the command again');
    },
  };
};
