import type { RouterContext } from '@koa/router';
import { createLru } from '#src/lib/lru';
import type { Fixtures, Mvpd, Subscription } from '../fixtures.ts';
import type { PartyContext } from '../party.ts';
import { formOf } from './form.ts';
import { showLogin, showLogout, showNotice } from './pages.ts';
import { MvpdProblem } from './problem.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Subscribers } from './subscribers.ts';

/** Why a browser came, and how it goes on once it is known who sits there. */
export interface Visit {
  readonly mvpd: Mvpd;
  /** Asks for the password even of who is signed in. */
  readonly force: boolean;
  /** Asks nobody for anything. */
  readonly passive: boolean;
  /** The household that the device is at home in; it needs no password. */
  readonly home: Subscription | null;
  known(ctx: RouterContext, session: Session): Promise<void> | void;
  /** Of a passive visit alone. */
  nobody(ctx: RouterContext): Promise<void> | void;
}

interface Deps extends Pick<PartyContext, 'clock' | 'ids'> {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly sessions: Sessions;
  readonly subscribers: Subscribers;
}

const patience = 15 * 60_000;
const mostWaiting = 10_000;

/** Cookies know no ports, so the name says whose it is. */
const cookieOf = ({ id }: Mvpd): string => `mvpd_${id}`;

/** The subscribers' browsers: the session that each MVPD keeps there, the login page, and the way out. */
export const createVisits = ({ fixtures, sessions, subscribers, ids, clock }: Deps) => {
  const waiting = createLru<{ readonly visit: Visit; readonly until: number }>(mostWaiting);

  const mvpdOf = (ctx: RouterContext): Mvpd => {
    const found = fixtures.mvpds.find(({ id, isTempPass }) => id === ctx.params['mvpd'] && !isTempPass);
    if (!found) throw new MvpdProblem('There is no such TV provider.', 404);
    return found;
  };

  const sessionOf = (ctx: RouterContext, mvpd: Mvpd): Session | null =>
    sessions.inBrowser(ctx.cookies.get(cookieOf(mvpd)), mvpd.id);

  const open = (ctx: RouterContext, mvpd: Mvpd, subscriber: Subscription, atHome: boolean): Session => {
    const { secret, session } = sessions.open(subscriber, { atHome });
    ctx.cookies.set(cookieOf(mvpd), secret, { httpOnly: true, sameSite: 'lax', path: '/' });
    return session;
  };

  const dropCookie = (ctx: RouterContext, mvpd: Mvpd): void => {
    ctx.cookies.set(cookieOf(mvpd), null, { path: '/' });
  };

  /** Ends the browser's session. */
  const leave = (ctx: RouterContext, mvpd: Mvpd): void => {
    const session = sessionOf(ctx, mvpd);
    if (session) sessions.end(session);
    dropCookie(ctx, mvpd);
  };

  const visitOf = (mvpd: Mvpd, request: string | null): Visit => {
    const found = waiting.get(request ?? '');
    if (!found || found.until <= clock.now() || found.visit.mvpd.id !== mvpd.id)
      throw new MvpdProblem('There is nothing to sign in for.');
    return found.visit;
  };

  const askForPassword = (ctx: RouterContext, mvpd: Mvpd, request: string, wrong: boolean) =>
    showLogin(ctx, { mvpd, request, subscribers: subscribers.of(mvpd.id), wrong });

  return {
    mvpdOf,
    begin: async (ctx: RouterContext, visit: Visit): Promise<void> => {
      const { mvpd, force, passive, home } = visit;
      ctx.set('Cache-Control', 'no-store');
      const known = force ? null : (sessionOf(ctx, mvpd) ?? (home && open(ctx, mvpd, home, true)));
      if (known) return visit.known(ctx, known);
      if (passive) return visit.nobody(ctx);
      const request = ids.secret();
      waiting.set(request, { visit, until: clock.now() + patience });
      askForPassword(ctx, mvpd, request, false);
    },
    /** GET /{mvpd}/login: the page once more, for who loads it again. */
    show: (ctx: RouterContext): void => {
      const mvpd = mvpdOf(ctx);
      const request = new URLSearchParams(ctx.querystring).get('request');
      visitOf(mvpd, request);
      askForPassword(ctx, mvpd, request ?? '', false);
    },
    /** POST /{mvpd}/login */
    submit: async (ctx: RouterContext): Promise<void> => {
      const mvpd = mvpdOf(ctx);
      const form = await formOf(ctx);
      const request = form.get('request') ?? '';
      const visit = visitOf(mvpd, request);
      const found = subscribers.byPassword(mvpd.id, form.get('username'), form.get('password'));
      if (!found) return askForPassword(ctx, mvpd, request, true);
      waiting.delete(request);
      ctx.set('Cache-Control', 'no-store');
      await visit.known(ctx, open(ctx, mvpd, found, false));
    },
    leave,
    /** Takes back the cookie of a session that has ended. */
    forget: (ctx: RouterContext, mvpd: Mvpd): void => {
      if (sessionOf(ctx, mvpd) === null) dropCookie(ctx, mvpd);
    },
    /** GET /{mvpd}/logout: a subscriber who signs out at the MVPD, without any app. */
    showLogout: (ctx: RouterContext): void => showLogout(ctx, mvpdOf(ctx)),
    /** POST /{mvpd}/logout */
    logOut: (ctx: RouterContext): void => {
      const mvpd = mvpdOf(ctx);
      leave(ctx, mvpd);
      showNotice(ctx, 200, 'Signed out', `You are signed out of ${mvpd.displayName}.`);
    },
    reset: waiting.clear,
  };
};

export type Visits = ReturnType<typeof createVisits>;
