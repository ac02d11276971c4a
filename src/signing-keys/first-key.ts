import type { KeyFile, KeyStorage } from '#src/config/secrets/key-storage';
import type { Clock } from '#src/lib/clock';
import { invalidKeys } from '#src/lib/rsa-key';
import { initialFileNames, keyFileName, keyFilesIn, readKey } from './key/key-files.ts';
import { generatePem, type PrivateKeyMaterial, readPrivateKey } from './key/private-key.ts';
import { publicFingerprint } from './key/public-key.ts';
import type { KeyEventName } from './ledger/key-life.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { KeyPlace, LedgerEntry } from './ledger/ledger-line.ts';

interface Deps {
  readonly storage: KeyStorage;
  readonly ledger: Ledger;
  readonly passphrase: string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** Who does this, for the ledger. */
  readonly by: string;
}

/** The first line of a key in the ledger. */
export const keyCreatedEvent = (
  event: KeyEventName,
  { kid, members }: Pick<PrivateKeyMaterial, 'kid' | 'members'>,
  where: KeyPlace,
  { clock, by }: Pick<Deps, 'clock' | 'by'>,
): LedgerEntry => ({
  at: clock.now(),
  by,
  event,
  kid,
  fingerprint: publicFingerprint(members),
  publicKey: members,
  where,
});

/**
 * Creates the ledger of an installation that has none. An existing key is adopted as the active one under its own id,
 * so that nothing changes for any viewer. `firstKey` says what to do with an empty storage: generate a key that signs at
 * once, one that waits for Adobe, or none. Safe to call from several processes. Errors: keys_invalid.
 */
export const initializeLedger = async (deps: Deps, firstKey: 'active' | 'draft' | 'none'): Promise<void> => {
  const { storage, ledger } = deps;
  if ((await ledger.read()) !== undefined) return;
  const names = await keyFilesIn(storage);
  if (firstKey === 'none' && names.length === 0) return;
  await ledger.change(async (entries) => {
    if (entries !== undefined) return { append: [] };
    const adopted = await adopt(deps);
    if (adopted) return { append: adopted };
    return firstKey === 'none' ? { append: [] } : generateFirst(deps, firstKey);
  });
};

const adopt = async (deps: Deps): Promise<LedgerEntry[] | undefined> => {
  const { storage, ledger, passphrase } = deps;
  const [name, ...others] = await keyFilesIn(storage);
  if (name === undefined) return undefined;
  if (others.length > 0 || !initialFileNames.some((initial) => initial === name)) {
    const found = [name, ...others].join(', ');
    const problem = `is missing, and without it the state of ${found} is unknown: restore it from a backup`;
    throw invalidKeys(ledger.path, problem);
  }
  const material = await readKey(storage, name, passphrase);
  return material && [keyCreatedEvent('adopted', material, { kind: 'file', name }, deps)];
};

interface FirstKey {
  readonly append: readonly LedgerEntry[];
  readonly create: readonly KeyFile[];
}

const generateFirst = async (deps: Deps, state: 'active' | 'draft'): Promise<FirstKey> => {
  const { storage, passphrase } = deps;
  const pem = await generatePem(passphrase);
  const material = await readPrivateKey(pem, storage.name, passphrase);
  const draftName = keyFileName(publicFingerprint(material.members));
  const name = state === 'active' ? initialFileNames[0] : draftName;
  const create = [{ name, text: pem }];
  const created = keyCreatedEvent('generated', material, { kind: 'file', name }, deps);
  if (state === 'draft') return { append: [created], create };
  const { publicKey: _, where: __, ...rest } = created;
  const note = 'the first key of an installation';
  return { append: [created, { ...rest, event: 'activated', forced: true, note }], create };
};
