import type { RouterContext } from '@koa/router';
import type { Fixtures, Mvpd, Subscription } from '#src/fixtures';
import { createLru } from '#src/lib/lru';
import type { PartyContext } from '#src/party';
import type { Browsers } from './browsers.ts';
import { findMvpd } from './find-mvpd.ts';
import { formOf } from './form.ts';
import { showLogin } from './pages.ts';
import { MvpdProblem } from './problem.ts';
import type { Session } from './sessions.ts';
import type { Subscribers } from './subscribers.ts';

/** A browser's sign-in request, and how to continue once the subscriber is known. */
export interface Visit {
  readonly mvpd: Mvpd;
  /** Asks for the password even if the browser is signed in. */
  readonly force: boolean;
  /** Does not interact with the user. */
  readonly passive: boolean;
  /** The subscriber at whose home the device is; no password is required. */
  readonly home: Subscription | null;
  onKnown(ctx: RouterContext, session: Session): Promise<void> | void;
  /** Called for a passive visit without a session. */
  onNobody(ctx: RouterContext): Promise<void> | void;
}

interface Deps extends Pick<PartyContext, 'clock' | 'ids'> {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly browsers: Browsers;
  readonly subscribers: Subscribers;
}

const lifetime = 15 * 60_000;
const maxPending = 10_000;

/** Pending sign-ins of browsers, and the login page that completes them. */
export const createVisits = ({ fixtures, browsers, subscribers, ids, clock }: Deps) => {
  const pending = createLru<{ readonly visit: Visit; readonly until: number }>(maxPending);

  const visitOf = (mvpd: Mvpd, request: string): Visit => {
    const found = pending.get(request);
    if (!found || found.until <= clock.now() || found.visit.mvpd.id !== mvpd.id)
      throw new MvpdProblem('There is nothing to sign in for.');
    return found.visit;
  };
  const askForPassword = (ctx: RouterContext, mvpd: Mvpd, request: string, wrong = false) =>
    showLogin(ctx, { mvpd, request, subscribers: subscribers.of(mvpd.id), wrong });

  return {
    begin: async (ctx: RouterContext, visit: Visit): Promise<void> => {
      const { mvpd, force, passive, home } = visit;
      ctx.set('Cache-Control', 'no-store');
      const known = force ? null : browsers.sessionOf(ctx, mvpd);
      if (known) return visit.onKnown(ctx, known);
      if (home && !force)
        return visit.onKnown(ctx, browsers.open(ctx, { mvpd, subscriber: home, atHome: true }));
      if (passive) return visit.onNobody(ctx);
      const request = ids.secret();
      pending.set(request, { visit, until: clock.now() + lifetime });
      askForPassword(ctx, mvpd, request);
    },
    /** GET /{mvpd}/login: the page again, for a reload. */
    show: (ctx: RouterContext): void => {
      const mvpd = findMvpd(fixtures, ctx);
      const request = new URLSearchParams(ctx.querystring).get('request') ?? '';
      visitOf(mvpd, request);
      askForPassword(ctx, mvpd, request);
    },
    /** POST /{mvpd}/login */
    submit: async (ctx: RouterContext): Promise<void> => {
      const mvpd = findMvpd(fixtures, ctx);
      const form = await formOf(ctx);
      const request = form.get('request') ?? '';
      const visit = visitOf(mvpd, request);
      const subscriber = subscribers.byPassword(mvpd.id, form.get('username'), form.get('password'));
      if (!subscriber) return askForPassword(ctx, mvpd, request, true);
      pending.delete(request);
      ctx.set('Cache-Control', 'no-store');
      await visit.onKnown(ctx, browsers.open(ctx, { mvpd, subscriber, atHome: false }));
    },
    reset: pending.clear,
  };
};

export type Visits = ReturnType<typeof createVisits>;
