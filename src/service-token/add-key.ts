import { join } from 'node:path';
import { makeKeyFile } from '#src/config/key-files';
import { type Desk, refused } from './desk.ts';
import { birthOf } from './first-key.ts';
import { giveToOwner, keyFileName } from './folder.ts';
import type { KeyPlace, LedgerEntry } from './ledger-line.ts';
import { refuseFault } from './load-keys.ts';
import { type Material, makePem, readMaterial, toPem } from './material.ts';
import { publicFingerprint, publicMembers, thumbprint, unfit } from './public-key.ts';

/** A new key of `bits`, in a file of the keys directory: a draft. Errors: keys_invalid. */
export const generateKey = async (desk: Desk, bits: number): Promise<LedgerEntry> => {
  const pem = await makePem(desk.passphrase, bits);
  return addFile(desk, 'generated', await readMaterial(pem, 'the new key', desk.passphrase));
};

/**
 * A key that was made elsewhere, PEM or JWK, copied into the keys directory: a draft. `source` names the text in
 * errors. Errors: keys_invalid, key_step_refused.
 */
export const importKey = async (desk: Desk, text: string, source: string): Promise<LedgerEntry> =>
  addFile(desk, 'imported', await readMaterial(text.trim(), source, desk.passphrase));

/** A key that a key management service keeps: a draft. Errors: keys_invalid, key_step_refused. */
export const importKmsKey = async (desk: Desk, keyId: string): Promise<LedgerEntry> => {
  if (!desk.kms) throw unfit('keys.kms', 'is not set: origin, region and credentials belong there');
  const members = publicMembers(await desk.kms.publicKey(keyId), keyId);
  return add(desk, 'imported', { kid: await thumbprint(members), members }, { kind: 'kms', keyId });
};

const addFile = async (
  desk: Desk,
  event: 'generated' | 'imported',
  material: Material,
): Promise<LedgerEntry> => {
  const name = keyFileName(publicFingerprint(material.members));
  return add(desk, event, material, { kind: 'file', name }, async () => {
    await makeKeyFile(desk.directory, name, toPem(material.key, desk.passphrase));
    await giveToOwner(desk.directory, join(desk.directory, name));
  });
};

/** Alone among all processes; the file comes first, so that no line speaks of a key that is nowhere. */
const add = async (
  desk: Desk,
  event: 'generated' | 'imported',
  material: Pick<Material, 'kid' | 'members'>,
  where: KeyPlace,
  makeFile?: () => Promise<void>,
): Promise<LedgerEntry> => {
  const entry = birthOf(event, material, where, desk);
  await desk.ledger.change(async (entries = []) => {
    refuseFault(entries, desk.ledger.path, desk.longestLife);
    const twin = entries.find(
      ({ kid, fingerprint }) => kid === entry.kid || fingerprint === entry.fingerprint,
    );
    if (twin) {
      const what = twin.kid === entry.kid ? 'a key of this kid' : `this key, as ${twin.kid}`;
      throw refused(entry.kid, `${entry.kid}: the ledger has ${what} already; nothing was changed.`);
    }
    await makeFile?.();
    return { append: [entry] };
  });
  return entry;
};
