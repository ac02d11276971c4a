import type { Config } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { isKeyFile, type KeyStorage } from '#src/config/secrets/key-storage';
import { readSealingKey } from '#src/config/secrets/secrets';
import type { Clock } from '#src/lib/clock';
import { invalidKeys } from '#src/lib/rsa-key';
import { sealedKeysIn } from '../open.ts';
import type { Side } from './side.ts';

type Keys = Pick<Config, 'keys'>;

/** The keys of a store with these settings; keys kept in the store are still in the source. */
const storageOf = ({ keys }: Keys, { keyFiles }: Side, clock: Clock): KeyStorage =>
  keys.in === 'store'
    ? sealedKeysIn({ keyFiles }, { config: { keys }, clock })
    : createKeyFolder(keys.directory, clock);

/**
 * The sealing key of the source. Errors: keys_invalid if the settings of the target would give other keys: sealed data and
 * subjects are useless without theirs.
 */
export const requireSameKeys = async (
  settings: { readonly source: Keys; readonly target: Keys },
  source: Side,
  clock: Clock,
): Promise<Uint8Array> => {
  const [own, later] = [storageOf(settings.source, source, clock), storageOf(settings.target, source, clock)];
  const sealingKey = await readSealingKey(own);
  for (const name of (await own.list()).filter(isKeyFile)) {
    if ((await own.read(name)) === (await later.read(name))) continue;
    throw invalidKeys(
      later.place(name),
      `is not the same key as ${own.place(name)}: a copy keeps the keys. Set keys in both files to the same place, or move them first with kinpass keys move`,
    );
  }
  return sealingKey;
};
