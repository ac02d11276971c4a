import { join } from 'node:path';
import { makeKeyFile } from '#src/config/key-files';
import type { Clock } from '#src/lib/clock';
import { firstNames, keyFileName, keyFilesIn, readKey } from './folder.ts';
import type { KeyEventName } from './key-life.ts';
import type { Ledger } from './ledger.ts';
import type { KeyPlace, LedgerEntry } from './ledger-line.ts';
import { type Material, makePem, readMaterial } from './material.ts';
import { publicFingerprint, unfit } from './public-key.ts';

interface Deps {
  readonly directory: string;
  readonly ledger: Ledger;
  readonly passphrase: string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** Who does it, for the ledger. */
  readonly by: string;
}

export const birthOf = (
  event: KeyEventName,
  { kid, members }: Pick<Material, 'kid' | 'members'>,
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
 * Begins the ledger of an installation that has none. A key that is there already is taken over as the active one,
 * under its own id, so that nothing changes for any viewer. `make` says what becomes of an empty folder: a key that
 * signs at once, one that waits for Adobe, or none. Once among all processes. Errors: keys_invalid.
 */
export const beginLedger = async (deps: Deps, make: 'active' | 'draft' | 'none'): Promise<void> => {
  const { directory, ledger } = deps;
  if ((await ledger.read()) !== undefined) return;
  const names = await keyFilesIn(directory);
  if (make === 'none' && names.length === 0) return;
  await ledger.change(async (entries) => {
    if (entries !== undefined) return { append: [] };
    return { append: (await adopt(deps)) ?? (make === 'none' ? [] : await makeFirst(deps, make)) };
  });
};

const adopt = async (deps: Deps): Promise<LedgerEntry[] | undefined> => {
  const { directory, ledger, passphrase } = deps;
  const [name, ...others] = await keyFilesIn(directory);
  if (name === undefined) return undefined;
  if (others.length > 0 || !firstNames.some((first) => first === name)) {
    const found = [name, ...others].join(', ');
    throw unfit(
      ledger.path,
      `is missing, and it alone says what ${found} is good for: restore it from a backup`,
    );
  }
  const material = await readKey(directory, name, passphrase);
  return material && [birthOf('adopted', material, { kind: 'file', name }, deps)];
};

const makeFirst = async (deps: Deps, make: 'active' | 'draft'): Promise<LedgerEntry[]> => {
  const { directory, passphrase } = deps;
  const pem = await makePem(passphrase);
  const material = await readMaterial(pem, directory, passphrase);
  const draftName = keyFileName(publicFingerprint(material.members));
  const name = make === 'active' ? firstNames[0] : draftName;
  await makeKeyFile(directory, name, pem);
  const birth = birthOf('generated', material, { kind: 'file', name }, deps);
  if (make === 'draft') return [birth];
  const { publicKey: _, where: __, ...rest } = birth;
  return [birth, { ...rest, event: 'activated', forced: true, note: 'the first key of an installation' }];
};

export const fileOf = (directory: string, place: KeyPlace): string =>
  place.kind === 'file' ? join(directory, place.name) : `keys.kms ${place.keyId}`;
