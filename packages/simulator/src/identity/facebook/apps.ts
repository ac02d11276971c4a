import { createHash } from 'node:crypto';
import type { Fixtures, IdentityClient, User } from '#src/fixtures';

/** Sixteen digits, like Facebook's. */
const scopedId = (appId: string, user: User): string =>
  (BigInt(`0x${createHash('sha256').update(`${appId}:${user.id}`).digest('hex')}`) % 10n ** 15n)
    .toString()
    .padStart(16, '1');

/** The apps at Facebook: the gateway's, and another developer's. */
export const createFacebookApps = ({ clients }: Fixtures) => {
  const own = clients.facebook;
  const all: readonly IdentityClient[] = [own, clients.facebookOther];
  const byId = (appId: string): IdentityClient | undefined => all.find(({ clientId }) => clientId === appId);
  return {
    own,
    byId,
    /** `APP_ID|APP_SECRET`. */
    byAppToken: (token: string): IdentityClient | undefined =>
      all.find(({ clientId, clientSecret }) => token === `${clientId}|${clientSecret}`),
    /** User ids are app-scoped: different in every app. */
    userId: (appId: string, user: User): string =>
      appId === own.clientId ? user.facebook.id : scopedId(appId, user),
  };
};

export type FacebookApps = ReturnType<typeof createFacebookApps>;
