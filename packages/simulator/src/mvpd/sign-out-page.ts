import type { RouterContext } from '@koa/router';
import type { Fixtures } from '#src/fixtures';
import type { Route } from '#src/site';
import type { Browsers } from './browsers.ts';
import { findMvpd } from './find-mvpd.ts';
import { showLogout, showNotice } from './pages.ts';
import type { SingleLogout } from './saml/single-logout.ts';

interface Deps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly browsers: Pick<Browsers, 'leave'>;
  readonly singleLogout: Pick<SingleLogout, 'serves' | 'begin'>;
}

/** The page on which a subscriber signs out at the MVPD itself, without an app; Adobe is informed if that was agreed. */
export const signOutRoutes = ({ fixtures, browsers, singleLogout }: Deps): Route[] => [
  {
    operation: 'logout.page',
    method: 'get',
    path: '/:mvpd/logout',
    handle: (ctx: RouterContext) => showLogout(ctx, findMvpd(fixtures, ctx)),
  },
  {
    operation: 'logout',
    method: 'post',
    path: '/:mvpd/logout',
    handle: async (ctx: RouterContext) => {
      const mvpd = findMvpd(fixtures, ctx);
      const session = browsers.leave(ctx, mvpd);
      if (session && singleLogout.serves(mvpd)) return ctx.redirect(await singleLogout.begin(mvpd, session));
      showNotice(ctx, 200, 'Signed out', `You are signed out of ${mvpd.displayName}.`);
    },
  },
];
