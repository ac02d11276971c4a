import type { JsonObject } from '#src/lib/json';
import type { AdobeContext } from '../context.ts';
import type { Authentication } from '../state.ts';

/** What an MVPD says after the login reaches every profile that stands on it. */
export const createProfileChanges = ({ state, changed }: Pick<AdobeContext, 'state' | 'changed'>) => {
  const change = (
    { mvpd, userId }: { mvpd: string; userId?: string | undefined },
    to: (found: Authentication) => Authentication,
  ): void => {
    for (const book of [state.profiles, state.ssoProfiles, state.partnerProfiles])
      for (const [key, found] of book)
        if (found.mvpd === mvpd && (userId === undefined || found.userId === userId))
          book.set(key, to(found));
    changed();
  };
  return {
    /** The MVPD calls its word back: of one subscriber, or of all. */
    invalidate: (whose: { mvpd: string; userId?: string | undefined }): void =>
      change(whose, (found) => ({ ...found, invalidated: true })),
    /** User metadata that the MVPD changed. */
    changeAttributes: ({ mvpd, userId }: Authentication, attributes: JsonObject): void =>
      change({ mvpd, userId }, (found) => ({
        ...found,
        attributes: { ...found.attributes, ...attributes },
      })),
  };
};
