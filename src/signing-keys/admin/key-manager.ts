import type { KeySettings } from '#src/config/schema';
import type { KeyStorage } from '#src/config/secrets/key-storage';
import type { Clock } from '#src/lib/clock';
import { fail, type KinpassError } from '#src/lib/errors';
import { initializeLedger } from '../first-key.ts';
import { publicFingerprint, toPublicJwk } from '../key/public-key.ts';
import { selfTest } from '../key/self-test.ts';
import { createKms } from '../kms/kms.ts';
import { isAccepted } from '../ledger/key-life.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { LedgerEntry } from '../ledger/ledger-line.ts';
import { type Rotation, rotationAt } from '../ledger/rotation.ts';
import {
  createSigner,
  type KeyRecord,
  keyRecordsIn,
  type LoadDeps,
  loadKeys,
  readEntries,
} from '../load-keys.ts';
import type { KeyRingStatus, PublicJwk, Signer } from '../ports.ts';
import { statusOf } from '../status.ts';

/** What the operations of operators need. Several operators may work at once, in any number of processes. */
export interface KeyManager extends LoadDeps {
  readonly settings: KeySettings;
  readonly clock: Clock;
  /** Who works here, for the ledger. */
  readonly by: string;
}

interface Options {
  readonly settings: KeySettings;
  readonly storage: KeyStorage;
  /** Of any family's service tokens, milliseconds. */
  readonly maxTokenLifetime: number;
  readonly clock: Clock;
  readonly by: string;
}

/** Also adopts a key that was in use before there was a ledger. Errors: keys_invalid. */
export const openKeyManager = async (options: Options): Promise<KeyManager> => {
  const manager = createKeyManager(options);
  await initializeLedger(manager, 'none');
  return manager;
};

/** Reads and changes nothing yet. */
export const createKeyManager = (options: Options): KeyManager => {
  const { settings, storage, maxTokenLifetime, clock, by } = options;
  const { passphrase } = settings;
  const ledger = createLedger(storage);
  const kms = settings.kms && createKms({ settings: settings.kms, clock });
  return { storage, ledger, passphrase, kms, maxTokenLifetime, settings, clock, by };
};

export interface KeyOverview {
  readonly entries: readonly LedgerEntry[];
  readonly rotation: Rotation;
  readonly status: KeyRingStatus;
}

/** The keys as a gateway would see them if it started now. Errors: keys_invalid if the ledger is invalid. */
export const inspectKeys = async (manager: KeyManager): Promise<KeyOverview> => {
  const now = manager.clock.now();
  await readEntries(manager);
  const loaded = await loadKeys(manager, now);
  const rotation = rotationAt(loaded.entries, now, manager.maxTokenLifetime);
  const signer = rotation.active === undefined ? undefined : loaded.signers.get(rotation.active);
  const signing = signer && rotation.active !== undefined ? { kid: rotation.active, ...signer } : undefined;
  const { settings, ledger } = manager;
  const status = statusOf({ loaded, rotation, signing, now, settings, ledgerPath: ledger.path });
  return { entries: loaded.entries, rotation, status };
};

/** The keys that a gateway would publish. Pure. */
export const publishedKeys = ({ entries, rotation }: KeyOverview): readonly PublicJwk[] =>
  [...keyRecordsIn(entries).values()]
    .filter(({ kid }) => isAccepted(rotation.keys.get(kid)?.state ?? 'draft'))
    .map(({ kid, members }) => toPublicJwk(kid, members));

/** The key whose id or fingerprint is `name`, or starts with it. Errors: key_step_refused. */
export const findKey = (entries: readonly LedgerEntry[], name: string): KeyRecord => {
  const keys = [...keyRecordsIn(entries).values()];
  const matches = ({ kid, members }: KeyRecord) =>
    kid.startsWith(name) || publicFingerprint(members).startsWith(name);
  const found = name === '' ? [] : keys.filter(matches);
  const exact = found.find(({ kid }) => kid === name);
  const [only, ...others] = exact ? [exact] : found;
  if (only && others.length === 0) return only;
  const problem = only ? `matches ${found.length} keys; type more of it` : 'does not match any key';
  throw stepRefused(name, `"${name}" ${problem}; see kinpass keys list.`);
};

export const stepRefused = (kid: string, hint: string): KinpassError =>
  fail('key_step_refused', { field: kid, hint });

/** The signer of this key, after a test signature. Errors: keys_invalid, key_step_refused. */
export const testedSigner = async (manager: KeyManager, key: KeyRecord): Promise<Signer> => {
  const signer = await createSigner(manager, key);
  if (signer && (await selfTest(signer, key.object))) return signer;
  const place =
    key.where.kind === 'file'
      ? `the file ${key.where.name} is missing`
      : `${key.where.keyId} does not sign at the key management service`;
  throw stepRefused(key.kid, `${key.kid}: the key cannot sign: ${place}.`);
};
