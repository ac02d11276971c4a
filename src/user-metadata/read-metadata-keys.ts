import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readKeyFile } from '#src/config/secrets/folder/key-files';
import { invalidKeys, publicMembers } from '#src/lib/rsa-key';

/**
 * Private RSA keys from PEM files, in this order; files are held to the rules of the keys folder: readable by the gateway's user
 * alone, or a mounted secret. Errors: keys_invalid, naming the file and the cure.
 */
export const readMetadataKeys = (
  files: readonly string[],
  passphrase?: string,
): Promise<readonly KeyObject[]> => Promise.all(files.map((file) => readKey(file, passphrase)));

const readKey = async (file: string, passphrase: string | undefined): Promise<KeyObject> => {
  const text = await readKeyFile(file);
  if (text === undefined)
    throw invalidKeys(file, 'does not exist: it must contain a private key for user metadata');
  const key = parse(text, passphrase);
  if (!key)
    throw invalidKeys(
      file,
      'must contain one private RSA key in PEM (BEGIN PRIVATE KEY); an encrypted one needs keys.passphrase',
    );
  publicMembers(key, file);
  return key;
};

const parse = (text: string, passphrase: string | undefined): KeyObject | undefined => {
  if (text.match(/-----BEGIN (?:RSA |ENCRYPTED )?PRIVATE KEY-----/g)?.length !== 1) return undefined;
  try {
    return createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    return undefined;
  }
};
