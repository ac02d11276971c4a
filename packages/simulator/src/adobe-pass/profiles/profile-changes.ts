import type { Json, JsonObject } from '#src/lib/json';
import type { AdobeState, Authentication } from '../state.ts';

export interface ProfileChangesDeps {
  readonly state: Pick<AdobeState, 'profiles' | 'ssoProfiles' | 'partnerProfiles'>;
  readonly changed: () => void;
}

/** Changes that an MVPD makes after the login, applied to every profile that came from it. */
export const createProfileChanges = ({ state, changed }: ProfileChangesDeps) => {
  const change = (
    { mvpd, userId }: { mvpd: string; userId?: string | undefined },
    update: (found: Authentication) => Authentication,
  ): void => {
    for (const book of [state.profiles, state.ssoProfiles, state.partnerProfiles])
      for (const [key, found] of book)
        if (found.mvpd === mvpd && (userId === undefined || found.userId === userId))
          book.set(key, update(found));
    changed();
  };
  return {
    /** The MVPD invalidates the profiles of one subscriber, or of all. */
    invalidate: (scope: { mvpd: string; userId?: string | undefined }): void =>
      change(scope, (found) => ({ ...found, invalidated: true })),
    /** The MVPD has ended sessions: the profiles of those logins are removed. */
    endLogins: (mvpd: string, isOf: (session: Json) => boolean): void => {
      for (const book of [state.profiles, state.ssoProfiles, state.partnerProfiles])
        for (const [key, found] of book) if (found.mvpd === mvpd && isOf(found.session)) book.delete(key);
      changed();
    },
    /** The MVPD changes user metadata of its subscriber. */
    changeAttributes: ({ mvpd, userId }: Authentication, attributes: JsonObject): void =>
      change({ mvpd, userId }, (found) => ({
        ...found,
        attributes: { ...found.attributes, ...attributes },
      })),
  };
};
