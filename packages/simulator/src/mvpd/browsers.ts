import type { RouterContext } from '@koa/router';
import type { Mvpd, Subscription } from '#src/fixtures';
import type { Session, Sessions } from './sessions.ts';

/** Cookies ignore ports, so the name contains the MVPD. */
const cookieOf = ({ id }: Mvpd): string => `mvpd_${id}`;

/** The session that each MVPD keeps in a subscriber's browser. */
export const createBrowsers = ({ sessions }: { sessions: Sessions }) => {
  const sessionOf = (ctx: RouterContext, mvpd: Mvpd): Session | null =>
    sessions.inBrowser(ctx.cookies.get(cookieOf(mvpd)), mvpd.id);
  const dropCookie = (ctx: RouterContext, mvpd: Mvpd): void => {
    ctx.cookies.set(cookieOf(mvpd), null, { path: '/' });
  };
  return {
    sessionOf,
    open: (
      ctx: RouterContext,
      { mvpd, subscriber, atHome }: { mvpd: Mvpd; subscriber: Subscription; atHome: boolean },
    ): Session => {
      const { secret, session } = sessions.open(subscriber, { atHome });
      ctx.cookies.set(cookieOf(mvpd), secret, { httpOnly: true, sameSite: 'lax', path: '/' });
      return session;
    },
    /** Ends the browser's session and returns it; null if there was none. */
    leave: (ctx: RouterContext, mvpd: Mvpd): Session | null => {
      const session = sessionOf(ctx, mvpd);
      if (session) sessions.end(session);
      dropCookie(ctx, mvpd);
      return session;
    },
    /** Removes the cookie of a session that has ended. */
    forget: (ctx: RouterContext, mvpd: Mvpd): void => {
      if (sessionOf(ctx, mvpd) === null) dropCookie(ctx, mvpd);
    },
  };
};

export type Browsers = ReturnType<typeof createBrowsers>;
