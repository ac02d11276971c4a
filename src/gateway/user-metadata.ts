import type { Config } from '#src/config/schema';
import { createDecryptAttribute, type DecryptAttribute } from '#src/user-metadata/decrypt-attribute';
import { readMetadataKeys } from '#src/user-metadata/read-metadata-keys';

/** Without a key nothing is decrypted. Errors: keys_invalid. */
export const openUserMetadata = async ({
  userMetadata: { keys: files, padding },
  keys: { passphrase },
}: Pick<Config, 'userMetadata' | 'keys'>): Promise<DecryptAttribute> =>
  createDecryptAttribute({ keys: await readMetadataKeys(files, passphrase), padding });
