import type { KeyFile } from '#src/config/secrets/key-storage';
import { invalidKeys, publicMembers } from '#src/lib/rsa-key';
import { keyCreatedEvent } from '../first-key.ts';
import { keyFileName } from '../key/key-files.ts';
import { generatePem, type PrivateKeyMaterial, readPrivateKey, toPem } from '../key/private-key.ts';
import { publicFingerprint, thumbprint } from '../key/public-key.ts';
import type { KeyPlace, LedgerEntry } from '../ledger/ledger-line.ts';
import { rejectFault } from '../load-keys.ts';
import { type KeyManager, stepRefused } from './key-manager.ts';
import { hasRocaPrimes } from './roca.ts';

/** Generates a key of `bits`, in a file beside the ledger, as a draft. Errors: keys_invalid. */
export const generateKey = async (manager: KeyManager, bits: number): Promise<LedgerEntry> => {
  if (manager.settings.in === 'readOnlyFolder')
    throw invalidKeys(
      manager.storage.name,
      'is only read (keys.in): run kinpass keys generate --keys-directory with another folder, add its file to what is mounted here, and run kinpass keys import with it',
    );
  const pem = await generatePem(manager.passphrase, bits);
  return addFile(manager, 'generated', await readPrivateKey(pem, 'the new key', manager.passphrase));
};

/**
 * Copies a key that was generated elsewhere, PEM or JWK, into a file beside the ledger, as a draft. `source` names the text
 * in errors. Errors: keys_invalid, key_step_refused.
 */
export const importKey = async (manager: KeyManager, text: string, source: string): Promise<LedgerEntry> => {
  const material = await readPrivateKey(text.trim(), source, manager.passphrase);
  refuseRoca(material, source);
  return addFile(manager, 'imported', material);
};

/** Adds a key of the key management service, as a draft. Errors: keys_invalid, key_step_refused. */
export const importKmsKey = async (manager: KeyManager, keyId: string): Promise<LedgerEntry> => {
  if (!manager.kms) throw invalidKeys('keys.kms', 'is not set: configure origin, region and credentials');
  const members = publicMembers(await manager.kms.publicKey(keyId), keyId);
  refuseRoca({ members }, keyId);
  return add(manager, 'imported', { kid: await thumbprint(members), members }, { kind: 'kms', keyId });
};

const refuseRoca = ({ members }: Pick<PrivateKeyMaterial, 'members'>, source: string): void => {
  if (hasRocaPrimes(members.n))
    throw invalidKeys(
      source,
      'contains a key that can be factored (n, CVE-2017-15361): generate another one',
    );
};

const addFile = async (
  manager: KeyManager,
  event: 'generated' | 'imported',
  material: PrivateKeyMaterial,
): Promise<LedgerEntry> => {
  const name = keyFileName(publicFingerprint(material.members));
  const file = { name, text: toPem(material.key, manager.passphrase) };
  return add(manager, event, material, { kind: 'file', name }, [file]);
};

const add = async (
  manager: KeyManager,
  event: 'generated' | 'imported',
  material: Pick<PrivateKeyMaterial, 'kid' | 'members'>,
  where: KeyPlace,
  create: readonly KeyFile[] = [],
): Promise<LedgerEntry> => {
  const entry = keyCreatedEvent(event, material, where, manager);
  await manager.ledger.change(async (entries = []) => {
    rejectFault(entries, manager.ledger.path, manager.maxTokenLifetime);
    const twin = entries.find(
      ({ kid, fingerprint }) => kid === entry.kid || fingerprint === entry.fingerprint,
    );
    if (twin) {
      const what = twin.kid === entry.kid ? 'a key with this kid' : `this key, as ${twin.kid}`;
      throw stepRefused(entry.kid, `${entry.kid}: the ledger already has ${what}; nothing was changed.`);
    }
    return { append: [entry], create };
  });
  return entry;
};
