import { createSigningKeys, type SigningKeys } from '#src/xml/keys';

/** The signing keys of the MVPDs; Adobe has the public halves. */
export const createKeys = () => {
  const keys = new Map<string, SigningKeys>();
  return {
    /** The keys of the MVPD, or of the proxy that signs for it. */
    of: (runner: string): SigningKeys => {
      const known = keys.get(runner) ?? createSigningKeys();
      keys.set(runner, known);
      return known;
    },
  };
};

export type Keys = ReturnType<typeof createKeys>;
