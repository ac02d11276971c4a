import type { RouterContext } from '@koa/router';
import type { Fixtures } from '#src/fixtures';
import type { Route } from '#src/site';
import type { Browsers } from './browsers.ts';
import { findMvpd } from './find-mvpd.ts';
import { showLogout, showNotice } from './pages.ts';

interface Deps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly browsers: Pick<Browsers, 'leave'>;
}

/** The page on which a subscriber signs out at the MVPD itself, without an app. */
export const signOutRoutes = ({ fixtures, browsers }: Deps): Route[] => [
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
    handle: (ctx: RouterContext) => {
      const mvpd = findMvpd(fixtures, ctx);
      browsers.leave(ctx, mvpd);
      showNotice(ctx, 200, 'Signed out', `You are signed out of ${mvpd.displayName}.`);
    },
  },
];
