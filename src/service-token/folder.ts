import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readKeyFile } from '#src/config/key-files';
import { type Material, readMaterial } from './material.ts';

/** The one key of an installation that has no ledger yet. */
export const firstNames = ['service-token.pem', 'service-token.jwk'] as const;

/** The file of a key, by its fingerprint: kids may hold what file names may not. */
export const keyFileName = (fingerprint: string): string => `service-token-${fingerprint.slice(0, 16)}.pem`;

const keyFile = /^service-token[\w-]*\.(pem|jwk)$/;

/** Names of everything in the directory that looks like a private key of service tokens. */
export const keyFilesIn = async (directory: string): Promise<string[]> => {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => keyFile.test(name)).sort();
};

/** Undefined where there is no such file. Errors: keys_invalid. */
export const readKey = async (
  directory: string,
  name: string,
  passphrase: string | undefined,
): Promise<Material | undefined> => {
  const path = join(directory, name);
  const text = await readKeyFile(path);
  return text === undefined ? undefined : readMaterial(text, path, passphrase);
};

/**
 * What root makes in the directory belongs to whom the directory belongs: the gateway, which runs as that user, has to
 * read it.
 */
export const giveToOwner = async (directory: string, path: string): Promise<void> => {
  const { uid, gid } = await stat(directory);
  if (process.getuid?.() === 0 && uid !== 0) await chown(path, uid, gid);
};

/** Differs whenever the ledger or a key file has changed in any way. */
export const stampOf = async (directory: string): Promise<string> => {
  const names = [...(await keyFilesIn(directory)), 'ledger.jsonl'];
  const stamps = names.map(async (name) => {
    const found = await stat(join(directory, name)).catch(() => undefined);
    return `${name} ${found?.ino} ${found?.size} ${found?.mtimeMs} ${found?.mode}`;
  });
  return (await Promise.all(stamps)).join('\n');
};
