import type { Subscription } from '#src/fixtures';
import type { Grants } from './oauth2/grants.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Subscribers } from './subscribers.ts';

/** Whom a question about authorization speaks of, and whether the login that it stands on still holds. */
export type Standing =
  | { readonly kind: 'live'; readonly session: Session; readonly subscription: Subscription }
  /** The subscriber signed out at the MVPD, or was signed out. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'unknown' };

/** How MVPDs know again whom they told Adobe of. */
export const createSubjects = ({
  sessions,
  subscribers,
  grants,
}: {
  sessions: Pick<Sessions, 'find' | 'ofAssertion' | 'ofSubject'>;
  subscribers: Pick<Subscribers, 'byUserId'>;
  grants: Pick<Grants, 'sessionOf'>;
}) => {
  const standing = (mvpd: string, found: readonly Session[]): Standing => {
    const live = found.find(({ ended }) => !ended);
    if (!live) return found.length > 0 ? { kind: 'ended' } : { kind: 'unknown' };
    const subscription = subscribers.byUserId(mvpd, live.userId);
    return subscription ? { kind: 'live', session: live, subscription } : { kind: 'unknown' };
  };
  const only = (found: Session | null): Session[] => (found ? [found] : []);

  return {
    /** By the ID of an assertion. */
    ofAssertion: (mvpd: string, assertion: string): Standing =>
      standing(mvpd, only(sessions.ofAssertion(mvpd, assertion))),
    /** By a NameID, persistent or transient. A persistent one stands as long as any session of the subscriber. */
    ofName: (mvpd: string, name: string): Standing => standing(mvpd, sessions.ofSubject(mvpd, name)),
    /** By an OAuth 2.0 access token. */
    ofAccessToken: (mvpd: string, token: string): Standing => {
      const index = grants.sessionOf(mvpd, token);
      return index === null ? { kind: 'unknown' } : standing(mvpd, only(sessions.find(mvpd, index)));
    },
  };
};

export type Subjects = ReturnType<typeof createSubjects>;
