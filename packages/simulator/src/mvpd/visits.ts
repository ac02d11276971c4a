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
  readonly browsers: Browsers;
  readonly subscribers: Subscribers;
}

const patience = 15 * 60_000;
const mostWaiting = 10_000;

/** Browsers that want something of an MVPD, and the page where their subscribers say who they are. */
export const createVisits = ({ fixtures, browsers, subscribers, ids, clock }: Deps) => {
  const waiting = createLru<{ readonly visit: Visit; readonly until: number }>(mostWaiting);

  const visitOf = (mvpd: Mvpd, request: string): Visit => {
    const found = waiting.get(request);
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
      if (known) return visit.known(ctx, known);
      if (home && !force)
        return visit.known(ctx, browsers.open(ctx, { mvpd, subscriber: home, atHome: true }));
      if (passive) return visit.nobody(ctx);
      const request = ids.secret();
      waiting.set(request, { visit, until: clock.now() + patience });
      askForPassword(ctx, mvpd, request);
    },
    /** GET /{mvpd}/login: the page once more, for who loads it again. */
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
      waiting.delete(request);
      ctx.set('Cache-Control', 'no-store');
      await visit.known(ctx, browsers.open(ctx, { mvpd, subscriber, atHome: false }));
    },
    reset: waiting.clear,
  };
};

export type Visits = ReturnType<typeof createVisits>;
