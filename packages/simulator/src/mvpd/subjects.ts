import type { Subscription } from '#src/fixtures';
import type { Grants } from './oauth2/grants.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Subscribers } from './subscribers.ts';

/** The subscriber of an authorization query, and whether the underlying login is still valid. */
export type SubjectStatus =
  | { readonly kind: 'live'; readonly session: Session; readonly subscription: Subscription }
  /** The subscriber has signed out at the MVPD, or was signed out. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'unknown' };

/** Finds the subscriber of an authorization query by what Adobe learned at login. */
export const createSubjects = ({
  sessions,
  subscribers,
  grants,
}: {
  sessions: Pick<Sessions, 'find' | 'ofAssertion' | 'ofSubject'>;
  subscribers: Pick<Subscribers, 'byUserId'>;
  grants: Pick<Grants, 'sessionOf'>;
}) => {
  const statusOf = (mvpd: string, found: readonly Session[]): SubjectStatus => {
    const live = found.find(({ ended }) => !ended);
    if (!live) return found.length > 0 ? { kind: 'ended' } : { kind: 'unknown' };
    const subscription = subscribers.byUserId(mvpd, live.userId);
    return subscription ? { kind: 'live', session: live, subscription } : { kind: 'unknown' };
  };
  const toList = (found: Session | null): Session[] => (found ? [found] : []);

  return {
    /** By the ID of an assertion. */
    ofAssertion: (mvpd: string, assertion: string): SubjectStatus =>
      statusOf(mvpd, toList(sessions.ofAssertion(mvpd, assertion))),
    /** By NameID. A persistent one is live as long as any session of the subscriber is. */
    ofName: (mvpd: string, name: string): SubjectStatus => statusOf(mvpd, sessions.ofSubject(mvpd, name)),
    /** By an OAuth 2.0 access token. */
    ofAccessToken: (mvpd: string, token: string): SubjectStatus => {
      const index = grants.sessionOf(mvpd, token);
      return index === null ? { kind: 'unknown' } : statusOf(mvpd, toList(sessions.find(mvpd, index)));
    },
  };
};

export type Subjects = ReturnType<typeof createSubjects>;
