import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readKeyFile } from '#src/config/secrets/key-files';
import { systemErrorCode } from '#src/lib/system-error';
import { type PrivateKeyMaterial, readPrivateKey } from './private-key.ts';

/** The only key of an installation that has no ledger yet. */
export const initialFileNames = ['service-token.pem', 'service-token.jwk'] as const;

/** Files are named by fingerprint, because kids may contain what file names may not. */
export const keyFileName = (fingerprint: string): string => `service-token-${fingerprint.slice(0, 16)}.pem`;

const keyFile = /^service-token[\w-]*\.(pem|jwk)$/;

/** Names of all files in the directory that look like private keys of service tokens. */
export const keyFilesIn = async (directory: string): Promise<string[]> => {
  const names = await readdir(directory).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => keyFile.test(name)).sort();
};

/** Undefined if there is no such file. Errors: keys_invalid. */
export const readKey = async (
  directory: string,
  name: string,
  passphrase: string | undefined,
): Promise<PrivateKeyMaterial | undefined> => {
  const path = join(directory, name);
  const text = await readKeyFile(path);
  return text === undefined ? undefined : readPrivateKey(text, path, passphrase);
};

/**
 * Gives a file that root has created to the owner of the directory: the gateway runs as that user and must be able to
 * read it.
 */
export const matchFolderOwner = async (directory: string, path: string): Promise<void> => {
  const { uid, gid } = await stat(directory);
  if (process.getuid?.() === 0 && uid !== 0) await chown(path, uid, gid);
};

/** Changes whenever the ledger or a key file changes. */
export const folderFingerprint = async (directory: string): Promise<string> => {
  const names = [...(await keyFilesIn(directory)), 'ledger.jsonl'];
  const parts = names.map(async (name) => {
    const found = await stat(join(directory, name)).catch(() => undefined);
    return `${name} ${found?.ino} ${found?.size} ${found?.mtimeMs} ${found?.mode}`;
  });
  return (await Promise.all(parts)).join('\n');
};
