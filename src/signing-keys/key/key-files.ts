import { isServiceTokenKey, type KeyStorage } from '#src/config/secrets/key-storage';
import { type PrivateKeyMaterial, readPrivateKey } from './private-key.ts';

/** The only key of an installation that has no ledger yet. */
export const initialFileNames = ['service-token.pem', 'service-token.jwk'] as const;

/** Files are named by fingerprint, because kids may contain what file names may not. */
export const keyFileName = (fingerprint: string): string => `service-token-${fingerprint.slice(0, 16)}.pem`;

/** Names of all files that look like private keys of service tokens. */
export const keyFilesIn = async (storage: Pick<KeyStorage, 'list'>): Promise<string[]> =>
  (await storage.list()).filter(isServiceTokenKey);

/** Undefined if there is no such file. Errors: keys_invalid. */
export const readKey = async (
  storage: Pick<KeyStorage, 'read' | 'place'>,
  name: string,
  passphrase: string | undefined,
): Promise<PrivateKeyMaterial | undefined> => {
  const text = await storage.read(name);
  return text === undefined ? undefined : readPrivateKey(text, storage.place(name), passphrase);
};
