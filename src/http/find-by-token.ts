import { constantTimeEqual } from '#src/lib/constant-time-equal';
import { fingerprint } from '#src/lib/ids';

/** Finds who has a token of the settings. All are compared, so that the time does not tell which one is close. */
export const createFindByToken = <Holder extends { readonly token: string }>(holders: readonly Holder[]) => {
  const known = holders.map((holder) => ({ holder, hash: fingerprint(holder.token) }));
  return (token: string): Holder | undefined => {
    const hash = fingerprint(token);
    const [found] = known.filter((candidate) => constantTimeEqual(candidate.hash, hash));
    return found?.holder;
  };
};
