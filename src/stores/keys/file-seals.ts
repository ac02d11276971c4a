import { invalidKeys } from '#src/lib/rsa-key';
import type { StoredKeyFile } from '../key-ports.ts';
import type { Seal } from '../seal.ts';

export const table = 'key_files';

/** What messages call a file. */
export const placeOf = (name: string): string => `${table}/${name}`;

const contextOf = (name: string): string => `${table}/sealed_text/${name}`;

interface Deps {
  /** The first one seals, each of them opens. */
  readonly seals: readonly [Seal, ...Seal[]];
  /** Where they come from, for messages. */
  readonly setting: string;
}

export interface FileSeals {
  seal(name: string, text: string): string;
  /** `all`: every file of the store. Errors: keys_invalid: no key opens any of them, or this one was altered. */
  open(file: StoredKeyFile, all: readonly StoredKeyFile[]): string;
  /** Whether the key opens it that seals today. */
  isNewest(file: StoredKeyFile): boolean;
}

/** A text is bound to table, column and name: one that was altered or moved to another row does not open. */
export const createFileSeals = ({ seals, setting }: Deps): FileSeals => {
  const [newest] = seals;
  const openWith = (seal: Seal, { name, sealed }: StoredKeyFile): string | undefined => {
    try {
      return seal.open(sealed, contextOf(name));
    } catch {
      return undefined;
    }
  };
  const openWithAny = (file: StoredKeyFile): string | undefined =>
    seals.map((seal) => openWith(seal, file)).find((text) => text !== undefined);
  return {
    seal: (name, text) => newest.seal(text, contextOf(name)),
    open: (file, all) => {
      const text = openWithAny(file);
      if (text !== undefined) return text;
      if (all.some((other) => openWithAny(other) !== undefined))
        throw invalidKeys(placeOf(file.name), 'was altered in the store: restore the table from a backup');
      const problem = `does not open the keys in the store (table ${table}): give the one that they were sealed with`;
      throw invalidKeys(setting, problem);
    },
    isNewest: (file) => openWith(newest, file) !== undefined,
  };
};
