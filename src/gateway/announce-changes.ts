import type { Stores } from '#src/stores/ports';

/** The stores, with a word about each change that this process makes: it is read at once, not at the next turn. */
export const announceChanges = (stores: Stores, announce: () => void): Stores => {
  const announced =
    <A extends readonly unknown[], R>(change: (...input: A) => Promise<R>) =>
    async (...input: A): Promise<R> => {
      const result = await change(...input);
      announce();
      return result;
    };
  const { signIns, revocations, credentials } = stores;
  return {
    ...stores,
    signIns: { ...signIns, end: announced(signIns.end) },
    revocations: { ...revocations, add: announced(revocations.add) },
    credentials: { ...credentials, replace: announced(credentials.replace) },
  };
};
