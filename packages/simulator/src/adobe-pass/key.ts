import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const pkcs8 = { format: 'pem', type: 'pkcs8' } as const;
const spki = { format: 'pem', type: 'spki' } as const;

/** A lazily generated 2048-bit RSA key: most runs never need most keys. */
export const createKey = ({ changed }: { changed: () => void }) => {
  let saved: KeyObject | null = null;
  let generating: Promise<KeyObject> | undefined;
  const get = async (): Promise<KeyObject> => {
    if (saved) return saved;
    generating ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(
      ({ privateKey }) => privateKey,
    );
    saved = await generating;
    changed();
    return saved;
  };
  return {
    get,
    /** PEM. */
    publicKey: async (): Promise<string> =>
      createPublicKey(await get())
        .export(spki)
        .toString(),
    /** PEM. */
    privateKey: async (): Promise<string> => (await get()).export(pkcs8).toString(),
    snapshot: (): string | null => saved?.export(pkcs8).toString() ?? null,
    restore: (pem: string | null): void => {
      saved = pem === null ? null : createPrivateKey(pem);
    },
  };
};

export type Key = ReturnType<typeof createKey>;
