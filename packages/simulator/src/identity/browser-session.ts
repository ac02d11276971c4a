import type { Context } from 'koa';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createHandles } from './handles.ts';
import type { SignedIn } from './identity-party.ts';

/** The users that browsers are signed in as at one provider, in a cookie with the provider's own name. */
export interface BrowserSessions {
  /** Fixture id of the user. */
  userOf(ctx: Context): string | undefined;
  /** When the user entered the password, milliseconds. */
  sinceOf(ctx: Context): number | undefined;
  begin(ctx: Context, userId: string): void;
  list(): SignedIn[];
  /** Ends the sessions of one user, or all; returns how many. */
  end(userId?: string): number;
  /** Makes the sessions of one user, or all, older; returns how many. */
  age(seconds: number, userId?: string): number;
  clear(): void;
}

interface Session {
  readonly user: string;
  since: number;
}

export const createBrowserSessions = (
  { clock, ids }: { clock: Clock; ids: Ids },
  cookie: string,
): BrowserSessions => {
  const sessions = createHandles<Session>({ clock, ids }, { lifetime: 14 * 86_400 });
  /** Begun by this very request; its cookie arrives with the next one. */
  const begun = new WeakMap<Context, Session>();
  const sessionOf = (ctx: Context): Session | undefined => {
    const session = sessions.find(ctx.cookies.get(cookie, { signed: false }) ?? '');
    const isLive = session && !session.spent && session.expiresAt > clock.now();
    return begun.get(ctx) ?? (isLive ? session.value : undefined);
  };
  return {
    userOf: (ctx) => sessionOf(ctx)?.user,
    sinceOf: (ctx) => sessionOf(ctx)?.since,
    begin: (ctx, user) => {
      const session = { user, since: clock.now() };
      begun.set(ctx, session);
      ctx.cookies.set(cookie, sessions.issue(session), { httpOnly: true, sameSite: 'lax', signed: false });
    },
    list: () =>
      sessions.live().map(({ value, expiresAt }) => ({
        user: value.user,
        since: new Date(value.since).toISOString(),
        until: new Date(expiresAt).toISOString(),
      })),
    end: (userId) => sessions.spendWhere(({ user }) => userId === undefined || user === userId),
    age: (seconds, userId) => {
      const aging = sessions.live().filter(({ value }) => userId === undefined || value.user === userId);
      for (const { value } of aging) value.since -= seconds * 1000;
      return aging.length;
    },
    clear: sessions.clear,
  };
};
