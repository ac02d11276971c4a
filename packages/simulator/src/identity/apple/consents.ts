import { createLru } from '#src/lib/lru';

/** What each user shares with the developer's team, until revoked. */
export const createAppleConsents = () => {
  const consents = createLru<{ readonly hidesEmail: boolean }>(1000);
  return {
    find: (userId: string) => consents.get(userId),
    give: (userId: string, hidesEmail: boolean) => consents.set(userId, { hidesEmail }),
    revoke: (userId: string) => consents.delete(userId),
    clear: consents.clear,
  };
};

export type AppleConsents = ReturnType<typeof createAppleConsents>;
