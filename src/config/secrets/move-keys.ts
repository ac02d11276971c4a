import { fail } from '#src/lib/errors';
import { invalidKeys } from '#src/lib/rsa-key';
import {
  isKeyFile,
  isServiceTokenKey,
  type KeyFile,
  type KeyStorage,
  type LedgerChange,
  ledgerName,
} from './key-storage.ts';

/** What a copy did. */
export interface Copied {
  readonly files: readonly string[];
  /** Of the ledger. */
  readonly lines: number;
}

const filesOf = async (storage: KeyStorage): Promise<KeyFile[]> => {
  const files: KeyFile[] = [];
  for (const name of await storage.list()) {
    const text = isKeyFile(name) ? await storage.read(name) : undefined;
    if (text !== undefined) files.push({ name, text });
  }
  return files;
};

/**
 * Copies all keys and what was recorded of them. It can be repeated: what is there already stays, lines that were added to
 * the ledger since are added, and files of keys that were destroyed since are removed. Errors: keys_invalid, and nothing is
 * copied, if both places hold different keys or there are none.
 */
export const copyKeys = async (from: KeyStorage, to: KeyStorage): Promise<Copied> => {
  const source = { files: await filesOf(from), ledger: (await from.readLedger()) ?? '' };
  if (source.files.length === 0) throw invalidKeys(from.name, 'has no keys');
  return to.changeLedger(async (ledger = '') => {
    const change = copyChange(source, { files: await filesOf(to), ledger }, { from, to });
    const files = (change.create ?? []).map(({ name }) => name);
    return { change, result: { files, lines: change.append.split('\n').length - 1 } };
  });
};

/**
 * Removes the keys of a place after they were copied. Errors: keys_invalid, and nothing is removed, if the other place lacks
 * one of them.
 */
export const removeMovedKeys = async (from: KeyStorage, to: KeyStorage): Promise<number> => {
  const source = { files: await filesOf(from), ledger: (await from.readLedger()) ?? '' };
  const ledger = (await to.readLedger()) ?? '';
  const change = copyChange(source, { files: await filesOf(to), ledger }, { from, to });
  if (change.append || change.create?.length || change.remove?.length)
    throw invalidKeys(
      from.name,
      `has keys that were not copied yet: run kinpass keys move again without --finish`,
    );
  await from.clear();
  return source.files.length;
};

interface Held {
  readonly files: readonly KeyFile[];
  readonly ledger: string;
}

/** Pure but for the names of the places. */
const copyChange = (
  source: Held,
  target: Held,
  { from, to }: { readonly from: KeyStorage; readonly to: KeyStorage },
): LedgerChange => {
  const texts = new Map(target.files.map(({ name, text }) => [name, text]));
  const differs = source.files.filter(({ name, text }) => texts.has(name) && texts.get(name) !== text);
  const isAhead = target.ledger.startsWith(source.ledger) && target.ledger !== source.ledger;
  const names = [
    ...differs.map(({ name }) => name),
    ...(isAhead || source.ledger.startsWith(target.ledger) ? [] : [ledgerName]),
  ];
  if (names.length > 0)
    throw fail('keys_invalid', {
      field: to.place(names[0] ?? ''),
      hint: `${from.name} and ${to.name} hold different keys (${names.join(', ')}): nothing was copied. Remove those that are not in use from one of them.`,
    });
  // A key that the ledger there knows and that has no file there was destroyed there.
  const create = source.files.filter(({ name }) => !texts.has(name) && !(isAhead && isServiceTokenKey(name)));
  const kept = new Set(source.files.map(({ name }) => name));
  const remove = isAhead
    ? []
    : target.files.map(({ name }) => name).filter((name) => isServiceTokenKey(name) && !kept.has(name));
  return { append: isAhead ? '' : source.ledger.slice(target.ledger.length), create, remove };
};
