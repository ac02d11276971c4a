import { createSigningKeys, type SigningKeys } from '#src/xml/keys';

/** Each MVPD's own signing keys; the public halves went to Adobe when the two came to terms. */
export const createKeys = () => {
  const keys = new Map<string, SigningKeys>();
  return {
    /** Of the MVPD, or of the proxy that signs for it. */
    of: (runner: string): SigningKeys => {
      const known = keys.get(runner) ?? createSigningKeys();
      keys.set(runner, known);
      return known;
    },
  };
};

export type Keys = ReturnType<typeof createKeys>;
