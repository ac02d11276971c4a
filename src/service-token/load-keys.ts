import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { KinpassError } from '#src/lib/errors';
import { keyFilesIn, readKey } from './folder.ts';
import type { KeyLife, Keys } from './key-life.ts';
import type { Kms } from './kms.ts';
import type { Ledger } from './ledger.ts';
import type { KeyPlace, LedgerEntry } from './ledger-line.ts';
import type { KeyNotice, Signer } from './ports.ts';
import { type PublicMembers, publicFingerprint, toKeyObject, unfit } from './public-key.ts';
import { rotationAt } from './rotation.ts';
import { createLocalSigner } from './signer.ts';

/** A key as its first line in the ledger has it. */
export interface Born {
  readonly kid: string;
  readonly members: PublicMembers;
  readonly object: KeyObject;
  readonly where: KeyPlace;
  /** Epoch milliseconds. */
  readonly madeAt: number;
}

/** What one look at the keys directory found. Problems leave the rest usable. */
export interface Loaded {
  readonly entries: readonly LedgerEntry[];
  /** Every key of the ledger, by kid. */
  readonly born: ReadonlyMap<string, Born>;
  /** Of the keys that may still sign, by kid. */
  readonly signers: ReadonlyMap<string, Signer>;
  readonly problems: readonly KeyNotice[];
  readonly warnings: readonly KeyNotice[];
}

export interface LoadDeps {
  readonly directory: string;
  readonly ledger: Ledger;
  readonly passphrase: string | undefined;
  readonly kms: Kms | undefined;
  /** Milliseconds. */
  readonly longestLife: number;
}

export const nothingLoaded: Loaded = {
  entries: [],
  born: new Map(),
  signers: new Map(),
  problems: [],
  warnings: [],
};

/** Reads ledger and key files. Whatever is unfit is told, and what `before` had in its place is kept. */
export const loadKeys = async (deps: LoadDeps, now: number, before = nothingLoaded): Promise<Loaded> => {
  const problems: KeyNotice[] = [];
  const warnings: KeyNotice[] = [];
  const orTell = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      problems.push(noticeOf(error));
      return otherwise;
    }
  };
  const entries = await orTell(readEntries(deps, before.entries), before.entries);
  const { keys } = rotationAt(entries, now, deps.longestLife);
  const born = bornIn(entries);
  const signers = new Map<string, Signer>();
  for (const key of born.values()) {
    const state = keys.get(key.kid)?.state;
    if (state === undefined || state === 'retired' || state === 'destroyed') continue;
    const found = await orTell(signerOf(deps, key), null);
    if (found === undefined) (state === 'active' ? problems : warnings).push(missing(deps, key));
    const signer = found ?? before.signers.get(key.kid);
    if (signer) signers.set(key.kid, signer);
  }
  warnings.push(...(await orTell(strays(deps.directory, born, keys), [])));
  return { entries, born, signers, problems: unique(problems), warnings };
};

/** Errors: keys_invalid, where a line stands that no Kinpass writes. */
export const refuseFault = (entries: readonly LedgerEntry[], path: string, longestLife: number): void => {
  const { fault } = rotationAt(entries, 0, longestLife);
  if (!fault) return;
  const where = `line ${fault.index + 1}: event ${entries[fault.index]?.event} cannot be, ${fault.why}`;
  throw unfit(path, `${where}: restore the file from a backup`);
};

/** The ledger, if it is one that Kinpass wrote and goes on from `before`. Errors: keys_invalid. */
export const readEntries = async (
  { ledger, longestLife }: Pick<LoadDeps, 'ledger' | 'longestLife'>,
  before: readonly LedgerEntry[] = [],
): Promise<readonly LedgerEntry[]> => {
  const entries = await ledger.read();
  if (entries === undefined) {
    if (before.length === 0) return before;
    throw unfit(ledger.path, 'has vanished: restore it from a backup');
  }
  refuseFault(entries, ledger.path, longestLife);
  const lost = before.findIndex((entry, index) => JSON.stringify(entry) !== JSON.stringify(entries[index]));
  if (lost >= 0) {
    const what = `line ${lost + 1} is not what it was, and lines are only ever added`;
    throw unfit(ledger.path, `${what}: restore the file, or restart if it is right now`);
  }
  return entries;
};

export const bornIn = (entries: readonly LedgerEntry[]): Map<string, Born> =>
  new Map(
    entries.flatMap(({ kid, publicKey, where, at }): [string, Born][] =>
      publicKey && where
        ? [[kid, { kid, members: publicKey, object: toKeyObject(publicKey), where, madeAt: at }]]
        : [],
    ),
  );

/** Undefined where its file is missing. Errors: keys_invalid. */
export const signerOf = async (
  { directory, passphrase, kms }: Pick<LoadDeps, 'directory' | 'passphrase' | 'kms'>,
  { kid, members, object, where }: Born,
): Promise<Signer | undefined> => {
  if (where.kind === 'kms') {
    if (kms) return kms.signer(where.keyId, object);
    throw unfit('keys.kms', `is not set, but the key "${kid}" is there: set origin, region and credentials`);
  }
  const material = await readKey(directory, where.name, passphrase);
  if (!material) return undefined;
  if (publicFingerprint(material.members) === publicFingerprint(members))
    return createLocalSigner(material.key);
  throw unfit(
    join(directory, where.name),
    `is not the key "${kid}" (n) of the ledger: restore it from a backup`,
  );
};

const missing = ({ directory }: LoadDeps, { kid, where }: Born): KeyNotice => ({
  file: join(directory, where.kind === 'file' ? where.name : ''),
  message: `is missing, so the key "${kid}" cannot sign: restore it from a backup`,
});

/** Files that no line of the ledger speaks of, and those that should be gone. */
const strays = async (
  directory: string,
  born: ReadonlyMap<string, Born>,
  keys: Keys,
): Promise<KeyNotice[]> => {
  const lives = new Map<string, KeyLife | undefined>();
  for (const { kid, where } of born.values()) if (where.kind === 'file') lives.set(where.name, keys.get(kid));
  return (await keyFilesIn(directory)).flatMap((name): KeyNotice[] => {
    const file = join(directory, name);
    if (!lives.has(name)) {
      return [
        { file, message: 'is not in the ledger and signs nothing: kinpass keys import it, or delete it' },
      ];
    }
    const life = lives.get(name);
    if (life?.state !== 'destroyed') return [];
    return [{ file, message: `is still there although the key "${life.kid}" is destroyed: delete it` }];
  });
};

const unique = (notices: readonly KeyNotice[]): KeyNotice[] => [
  ...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values(),
];

export const noticeOf = (error: unknown): KeyNotice => {
  if (!(error instanceof KinpassError) || error.code !== 'keys_invalid') throw error;
  const { field: file = '', hint = '' } = error;
  return { file, message: hint.startsWith(`${file} `) ? hint.slice(file.length + 1) : hint };
};
