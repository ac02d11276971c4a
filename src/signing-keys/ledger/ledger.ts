import { type KeyStorage, type LedgerChange, ledgerName } from '#src/config/secrets/key-storage';
import { formatLine, type LedgerEntry, parseLedger } from './ledger-line.ts';

/** What to write: entries, with the files of keys that they add or destroy. */
export interface LedgerDecision extends Pick<LedgerChange, 'create' | 'remove'> {
  readonly append: readonly LedgerEntry[];
}

/** Who did what to which key and when, one JSON object per line. Append-only. */
export interface Ledger {
  /** What messages call it. */
  readonly path: string;
  /** All entries; undefined if there is no ledger yet. Errors: keys_invalid. */
  read(): Promise<LedgerEntry[] | undefined>;
  /**
   * `decide` sees the current entries; what it returns is stored when this resolves. It is called again if another process
   * was faster. Errors: keys_invalid, and those of `decide`.
   */
  change<T extends LedgerDecision>(decide: (entries: LedgerEntry[] | undefined) => Promise<T>): Promise<T>;
}

export const createLedger = (storage: Pick<KeyStorage, 'place' | 'readLedger' | 'changeLedger'>): Ledger => {
  const path = storage.place(ledgerName);
  const parse = (text: string | undefined) => (text === undefined ? undefined : parseLedger(text, path));
  return {
    path,
    read: async () => parse(await storage.readLedger()),
    change: (decide) =>
      storage.changeLedger(async (text) => {
        const result = await decide(parse(text));
        const { create, remove } = result;
        return { change: { append: result.append.map(formatLine).join(''), create, remove }, result };
      }),
  };
};
