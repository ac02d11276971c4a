/**
 * Where the gateway's secrets, the private keys of service tokens and their ledger are kept, by name, as text. A name is
 * that of the file in a keys folder, wherever it is kept. Every implementation passes `test/config/secrets/conformance.ts`.
 */
import { fail } from '#src/lib/errors';

export interface KeyFile {
  readonly name: string;
  readonly text: string;
}

/** What a step with a key changes. Files that are to be created and exist are left unchanged. */
export interface LedgerChange {
  /** Whole lines; nothing if empty. */
  readonly append: string;
  readonly create?: readonly KeyFile[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

export interface KeyStorage {
  /** The whole of it, in messages. */
  readonly name: string;
  /** Emits events when something has changed; undefined if nothing does. */
  readonly directory: string | undefined;
  /** What messages call a file. */
  place(name: string): string;
  /** The names of all files but the ledger, sorted; none if there is nothing yet. Errors: keys_invalid. */
  list(): Promise<readonly string[]>;
  /** Without surrounding white space; undefined if it does not exist. Errors: keys_invalid, with the cure. */
  read(name: string): Promise<string | undefined>;
  /** False if it exists; it is left unchanged. Of several processes that create it at once, one does. Errors: keys_invalid. */
  create(name: string, text: string): Promise<boolean>;
  /** As it was written; undefined if there is none yet. Errors: keys_invalid. */
  readLedger(): Promise<string | undefined>;
  /**
   * Makes the change that `decide` wants for the ledger as it is, among all processes; durable when this resolves. Files
   * are there before the ledger names them, and are removed after it. `decide` is called again if another process was
   * faster. Errors: keys_invalid, and those of `decide`.
   */
  changeLedger<T>(
    decide: (ledger: string | undefined) => Promise<{ readonly change: LedgerChange; readonly result: T }>,
  ): Promise<T>;
  /** Removes everything. Errors: keys_invalid. */
  clear(): Promise<void>;
  /** Differs whenever the ledger or a private key has changed. */
  fingerprint(): Promise<string>;
}

/** The name of the ledger. */
export const ledgerName = 'ledger.jsonl';

/** Names of files that hold a private key of service tokens. */
export const isServiceTokenKey = (name: string): boolean => /^service-token[\w-]*\.(pem|jwk)$/.test(name);

/** Names of files that hold a secret or a private key; a folder may hold others, such as a README. */
export const isKeyFile = (name: string): boolean =>
  isServiceTokenKey(name) || /^((sealing|link|cookie|subject|subject-\d+)\.secret|id-token\.pem)$/.test(name);

/**
 * The text of a file. A missing one is created with the text that `make` returns; of several processes that do so at
 * once, one wins and all get its text. Errors: keys_invalid, with the file and the cure.
 */
export const readOrMake = async (
  storage: Pick<KeyStorage, 'read' | 'create' | 'place'>,
  name: string,
  make: () => Promise<string> | string,
): Promise<string> => {
  const found = await storage.read(name);
  if (found !== undefined) return found;
  await storage.create(name, await make());
  const made = await storage.read(name);
  if (made !== undefined) return made;
  const path = storage.place(name);
  throw fail('keys_invalid', {
    field: path,
    hint: `${path} disappeared while it was being created: start again`,
  });
};
