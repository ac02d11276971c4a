import type { RouterContext } from '@koa/router';
import type { Fixtures } from '#src/fixtures';
import type { PartyContext } from '#src/party';
import type { Route } from '#src/site';
import type { Browsers } from '../browsers.ts';
import type { Keys } from '../keys.ts';
import { MvpdProblem } from '../problem.ts';
import type { Sessions } from '../sessions.ts';
import type { Subjects } from '../subjects.ts';
import type { Subscribers } from '../subscribers.ts';
import type { Visits } from '../visits.ts';
import { logoutReturnOf } from './agreement.ts';
import { createAuthorize, oauthMvpdOf } from './authorize.ts';
import type { Grants } from './grants.ts';
import { createToken } from './token.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock'> {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly subscribers: Subscribers;
  readonly subjects: Subjects;
  readonly browsers: Pick<Browsers, 'leave'>;
  readonly visits: Pick<Visits, 'begin'>;
  readonly grants: Grants;
}

/** GET /{mvpd}/oauth2/profile. The shape of the response is not documented. */
const createProfile = (deps: Deps) => (ctx: RouterContext) => {
  const mvpd = oauthMvpdOf(deps, ctx);
  const [, token = ''] = /^Bearer ([\w-]+)$/i.exec(ctx.get('Authorization')) ?? [];
  const status = deps.subjects.ofAccessToken(mvpd.id, token);
  ctx.set('Cache-Control', 'no-store');
  if (status.kind !== 'live') {
    ctx.status = 401;
    ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
    return;
  }
  const { userId, householdId, zip, maxTvRating, maxMovieRating } = status.subscription;
  ctx.body = { userID: userId, householdID: householdId, zip, maxTVRating: maxTvRating, maxMovieRating };
};

/** GET /{mvpd}/oauth2/logout?return_uri&state: ends the browser's session and sends it back. */
const createLogout = (deps: Deps) => (ctx: RouterContext) => {
  const mvpd = oauthMvpdOf(deps, ctx);
  const query = new URLSearchParams(ctx.querystring);
  const returnUri = logoutReturnOf(deps.origins);
  if (!mvpd.hasLogoutEndpoint) throw new MvpdProblem('This TV provider has no logout.', 404);
  if (query.get('return_uri') !== returnUri) throw new MvpdProblem('Unknown return URI.');
  deps.browsers.leave(ctx, mvpd);
  const url = new URL(returnUri);
  url.searchParams.set('state', query.get('state') ?? '');
  ctx.set('Cache-Control', 'no-store');
  ctx.redirect(url.href);
};

/** The OAuth 2.0 endpoints of the MVPDs. */
export const oauthRoutes = (deps: Deps): Route[] => {
  const at = (path: string): string => `/:mvpd/oauth2/${path}`;
  const token = createToken({ ...deps, mvpdOf: (ctx) => oauthMvpdOf(deps, ctx) });
  return [
    { operation: 'oauth2.authorize', method: 'get', path: at('authorize'), handle: createAuthorize(deps) },
    { operation: 'oauth2.token', method: 'post', path: at('token'), handle: token },
    { operation: 'oauth2.profile', method: 'get', path: at('profile'), handle: createProfile(deps) },
    { operation: 'oauth2.logout', method: 'get', path: at('logout'), handle: createLogout(deps) },
  ];
};
