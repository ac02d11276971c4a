import type { KeyObject } from 'node:crypto';
import type { KeyStorage } from '#src/config/secrets/key-storage';
import { KinpassError } from '#src/lib/errors';
import { invalidKeys, type PublicMembers, toKeyObject } from '#src/lib/rsa-key';
import { keyFilesIn, readKey } from './key/key-files.ts';
import { publicFingerprint } from './key/public-key.ts';
import { createLocalSigner } from './key/signer.ts';
import type { Kms } from './kms/kms.ts';
import { isEnded, type KeyLife, type Keys } from './ledger/key-life.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { KeyPlace, LedgerEntry } from './ledger/ledger-line.ts';
import { rotationAt } from './ledger/rotation.ts';
import type { KeyNotice, Signer } from './ports.ts';

/** The facts about a key that never change, from its first line in the ledger. */
export interface KeyRecord {
  readonly kid: string;
  readonly members: PublicMembers;
  readonly object: KeyObject;
  readonly where: KeyPlace;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** The result of reading the keys once. Problems leave the rest usable. */
export interface LoadedKeys {
  readonly entries: readonly LedgerEntry[];
  /** Every key of the ledger, by kid. */
  readonly records: ReadonlyMap<string, KeyRecord>;
  /** Of the keys that may still sign, by kid. */
  readonly signers: ReadonlyMap<string, Signer>;
  readonly problems: readonly KeyNotice[];
  readonly warnings: readonly KeyNotice[];
}

export interface LoadDeps {
  readonly storage: KeyStorage;
  readonly ledger: Ledger;
  readonly passphrase: string | undefined;
  readonly kms: Kms | undefined;
  /** Of any family's service tokens, milliseconds. */
  readonly maxTokenLifetime: number;
}

const noKeys: LoadedKeys = {
  entries: [],
  records: new Map(),
  signers: new Map(),
  problems: [],
  warnings: [],
};

/** Reads ledger and key files. Whatever is invalid becomes a notice, and its state in `before` is kept. */
export const loadKeys = async (deps: LoadDeps, now: number, before = noKeys): Promise<LoadedKeys> => {
  const problems: KeyNotice[] = [];
  const warnings: KeyNotice[] = [];
  const orCollectProblem = async <T>(work: Promise<T>, fallback: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      problems.push(noticeOf(error));
      return fallback;
    }
  };
  const entries = await orCollectProblem(readEntries(deps, before.entries), before.entries);
  const { keys } = rotationAt(entries, now, deps.maxTokenLifetime);
  const records = keyRecordsIn(entries);
  const signers = new Map<string, Signer>();
  for (const key of records.values()) {
    const state = keys.get(key.kid)?.state;
    if (state === undefined || isEnded(state)) continue;
    const found = await orCollectProblem(createSigner(deps, key), null);
    if (found === undefined) (state === 'active' ? problems : warnings).push(fileMissing(deps, key));
    const signer = found ?? before.signers.get(key.kid);
    if (signer) signers.set(key.kid, signer);
  }
  warnings.push(...(await orCollectProblem(unexpectedFiles(deps.storage, records, keys), [])));
  return { entries, records, signers, problems: unique(problems), warnings };
};

/** Errors: keys_invalid if the ledger contains a line that Kinpass cannot have written. */
export const rejectFault = (
  entries: readonly LedgerEntry[],
  path: string,
  maxTokenLifetime: number,
): void => {
  const { fault } = rotationAt(entries, 0, maxTokenLifetime);
  if (!fault) return;
  const line = `line ${fault.index + 1}: event ${entries[fault.index]?.event} is not allowed here`;
  throw invalidKeys(path, `${line}: ${fault.reason}; restore the file from a backup`);
};

/** The ledger, if it is valid and continues `before`. Errors: keys_invalid. */
export const readEntries = async (
  { ledger, maxTokenLifetime }: Pick<LoadDeps, 'ledger' | 'maxTokenLifetime'>,
  before: readonly LedgerEntry[] = [],
): Promise<readonly LedgerEntry[]> => {
  const entries = await ledger.read();
  if (entries === undefined) {
    if (before.length === 0) return before;
    throw invalidKeys(ledger.path, 'has disappeared: restore it from a backup');
  }
  rejectFault(entries, ledger.path, maxTokenLifetime);
  const lost = before.findIndex((entry, index) => JSON.stringify(entry) !== JSON.stringify(entries[index]));
  if (lost >= 0) {
    const problem = `line ${lost + 1} has changed, but the ledger is append-only`;
    throw invalidKeys(ledger.path, `${problem}: restore the file, or restart if the change is intended`);
  }
  return entries;
};

export const keyRecordsIn = (entries: readonly LedgerEntry[]): Map<string, KeyRecord> =>
  new Map(
    entries.flatMap(({ kid, publicKey, where, at }): [string, KeyRecord][] =>
      publicKey && where
        ? [[kid, { kid, members: publicKey, object: toKeyObject(publicKey), where, createdAt: at }]]
        : [],
    ),
  );

/** Undefined if its file is missing. Errors: keys_invalid. */
export const createSigner = async (
  { storage, passphrase, kms }: Pick<LoadDeps, 'storage' | 'passphrase' | 'kms'>,
  { kid, members, object, where }: KeyRecord,
): Promise<Signer | undefined> => {
  if (where.kind === 'kms') {
    await kms?.open();
    if (kms) return kms.signer(where.keyId, object);
    throw invalidKeys('keys.kms', `is required for the key "${kid}": set origin, region and credentials`);
  }
  const material = await readKey(storage, where.name, passphrase);
  if (!material) return undefined;
  if (publicFingerprint(material.members) === publicFingerprint(members))
    return createLocalSigner(material.key);
  const problem = `does not contain the key "${kid}" (n) of the ledger: restore it from a backup`;
  throw invalidKeys(storage.place(where.name), problem);
};

const fileMissing = ({ storage }: LoadDeps, { kid, where }: KeyRecord): KeyNotice => ({
  file: storage.place(where.kind === 'file' ? where.name : ''),
  message: `is missing, so the key "${kid}" cannot sign: restore it from a backup`,
});

/** Files that are not in the ledger, and those of destroyed keys. */
const unexpectedFiles = async (
  storage: KeyStorage,
  records: ReadonlyMap<string, KeyRecord>,
  keys: Keys,
): Promise<KeyNotice[]> => {
  const lives = new Map<string, KeyLife | undefined>();
  for (const { kid, where } of records.values())
    if (where.kind === 'file') lives.set(where.name, keys.get(kid));
  return (await keyFilesIn(storage)).flatMap((name): KeyNotice[] => {
    const file = storage.place(name);
    if (!lives.has(name))
      return [
        { file, message: 'is not in the ledger and is not used: run kinpass keys import, or delete it' },
      ];
    const life = lives.get(name);
    if (life?.state !== 'destroyed') return [];
    return [{ file, message: `still exists although the key "${life.kid}" is destroyed: delete it` }];
  });
};

const unique = (notices: readonly KeyNotice[]): KeyNotice[] => [
  ...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values(),
];

const noticeOf = (error: unknown): KeyNotice => {
  if (!(error instanceof KinpassError) || error.code !== 'keys_invalid') throw error;
  const { field: file = '', hint = '' } = error;
  return { file, message: hint.startsWith(`${file} `) ? hint.slice(file.length + 1) : hint };
};
