import type { KeySettings } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { fail, type KinpassError } from '#src/lib/errors';
import { beginLedger } from './first-key.ts';
import { createKms } from './kms.ts';
import { createLedger } from './ledger.ts';
import type { LedgerEntry } from './ledger-line.ts';
import { type Born, bornIn, type LoadDeps, loadKeys, readEntries, signerOf } from './load-keys.ts';
import type { KeyRingStatus, Signer } from './ports.ts';
import { prove } from './prove.ts';
import { publicFingerprint } from './public-key.ts';
import { type Rotation, rotationAt } from './rotation.ts';
import { statusOf } from './status.ts';

/** Where operators work on keys. Several may, in as many processes: each step is taken once. */
export interface Desk extends LoadDeps {
  readonly settings: KeySettings;
  readonly clock: Clock;
  /** Who works there, for the ledger. */
  readonly by: string;
}

interface Options {
  readonly settings: KeySettings;
  /** Of any family's service tokens, milliseconds. */
  readonly longestLife: number;
  readonly clock: Clock;
  readonly by: string;
}

/** A key that signed before there was a ledger comes into it here as well. Errors: keys_invalid. */
export const openDesk = async ({ settings, longestLife, clock, by }: Options): Promise<Desk> => {
  const { directory, passphrase } = settings;
  const ledger = createLedger(directory, clock);
  await beginLedger({ directory, ledger, passphrase, clock, by }, 'none');
  const kms = settings.kms && createKms({ settings: settings.kms, clock });
  return { directory, ledger, passphrase, kms, longestLife, settings, clock, by };
};

export interface DeskView {
  readonly entries: readonly LedgerEntry[];
  readonly rotation: Rotation;
  readonly status: KeyRingStatus;
}

/** Everything about the keys as a gateway that started now would have it. Errors: keys_invalid for the ledger. */
export const lookAtKeys = async (desk: Desk): Promise<DeskView> => {
  const now = desk.clock.now();
  await readEntries(desk);
  const loaded = await loadKeys(desk, now);
  const rotation = rotationAt(loaded.entries, now, desk.longestLife);
  const signer = rotation.active === undefined ? undefined : loaded.signers.get(rotation.active);
  const signing = signer && rotation.active !== undefined ? { kid: rotation.active, ...signer } : undefined;
  const { settings, ledger } = desk;
  const status = statusOf({ loaded, rotation, signing, now, settings, ledgerPath: ledger.path });
  return { entries: loaded.entries, rotation, status };
};

/** The key whose id or fingerprint is this, or begins so. Errors: key_step_refused. */
export const findKey = (entries: readonly LedgerEntry[], name: string): Born => {
  const keys = [...bornIn(entries).values()];
  const fits = ({ kid, members }: Born) =>
    kid.startsWith(name) || publicFingerprint(members).startsWith(name);
  const found = name === '' ? [] : keys.filter(fits);
  const exact = found.find(({ kid }) => kid === name);
  const [only, ...others] = exact ? [exact] : found;
  if (only && others.length === 0) return only;
  const why = only ? `begins the ids of ${found.length} keys: write more of it` : 'is the id of no key';
  throw refused(name, `"${name}" ${why}; kinpass keys list shows them.`);
};

export const refused = (kid: string, hint: string): KinpassError =>
  fail('key_step_refused', { field: kid, hint });

/** Who signs with this key here, tried out. Errors: keys_invalid, key_step_refused. */
export const proveKey = async (desk: Desk, key: Born): Promise<Signer> => {
  const signer = await signerOf(desk, key);
  if (signer && (await prove(signer, key.object))) return signer;
  const where = key.where.kind === 'file' ? key.where.name : key.where.keyId;
  throw refused(key.kid, `${key.kid}: it cannot sign here: ${where} is missing, or does not answer.`);
};
