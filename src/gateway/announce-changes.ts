import type { ChangeKey } from '#src/stores/change-feed';
import type { RevocationKey, Stores } from '#src/stores/ports';

/**
 * The stores, with a word about each change that this process makes, before it is acknowledged: it is read at once, not at
 * the next turn.
 */
export const announceChanges = (stores: Stores, announce: (change: ChangeKey) => Promise<void>): Stores => {
  const announced =
    <A extends readonly unknown[], R>(
      change: (...input: A) => Promise<R>,
      keyOf: (...input: A) => ChangeKey,
    ) =>
    async (...input: A): Promise<R> => {
      const result = await change(...input);
      await announce(keyOf(...input));
      return result;
    };
  const { signIns, revocations, credentials } = stores;
  return {
    ...stores,
    signIns: { ...signIns, end: announced(signIns.end, (grant) => ({ kind: 'sign-in', id: grant })) },
    revocations: { ...revocations, add: announced(revocations.add, keyOfRevocation) },
    credentials: {
      ...credentials,
      replace: announced(credentials.replace, (old) => ({ kind: 'credentials', id: old })),
    },
  };
};

const keyOfRevocation = ({ kind, id }: RevocationKey): ChangeKey => ({
  kind: kind === 'jti' ? 'service-token' : kind,
  id,
});
