import type { Context } from 'koa';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createHandles } from './handles.ts';
import type { SignedIn } from './identity-party.ts';

/** The users that browsers are signed in as at one provider, in a cookie with the provider's own name. */
export interface BrowserSessions {
  /** Fixture id of the user. */
  userOf(ctx: Context): string | undefined;
  begin(ctx: Context, userId: string): void;
  list(): SignedIn[];
  /** Ends the sessions of one user, or all; returns how many. */
  end(userId?: string): number;
  clear(): void;
}

interface Session {
  readonly user: string;
  readonly since: number;
}

export const createBrowserSessions = (
  { clock, ids }: { clock: Clock; ids: Ids },
  cookie: string,
): BrowserSessions => {
  const sessions = createHandles<Session>({ clock, ids }, { lifetime: 14 * 86_400 });
  return {
    userOf: (ctx) => {
      const session = sessions.find(ctx.cookies.get(cookie, { signed: false }) ?? '');
      return session && !session.spent && session.expiresAt > clock.now() ? session.value.user : undefined;
    },
    begin: (ctx, user) => {
      const session = sessions.issue({ user, since: clock.now() });
      ctx.cookies.set(cookie, session, { httpOnly: true, sameSite: 'lax', signed: false });
    },
    list: () =>
      sessions.live().map(({ value, expiresAt }) => ({
        user: value.user,
        since: new Date(value.since).toISOString(),
        until: new Date(expiresAt).toISOString(),
      })),
    end: (userId) => sessions.spendWhere(({ user }) => userId === undefined || user === userId),
    clear: sessions.clear,
  };
};
