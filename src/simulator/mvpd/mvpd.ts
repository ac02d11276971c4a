/**
 * The TV providers, all on one origin: login page, browser session, logout, and what each subscriber's package
 * holds. It owns who signed in at which MVPD. It refuses to send a browser anywhere but back to Adobe Pass.
 */
import type { RouterContext } from '@koa/router';
import type Koa from 'koa';
import type { Mvpd, Subscription } from '../fixtures.ts';
import type { Party, PartyContext } from '../party.ts';
import { createSite, mediaType, readBody } from '../site.ts';
import type { Mvpds } from './mvpds.ts';
import { showLogin, showNotice } from './pages.ts';
import { createSubscribers, type Subscribers } from './subscribers.ts';

type Deps = Pick<PartyContext, 'fixtures' | 'origins'> & { readonly subscribers: Subscribers };

/** Cookies know no ports, so the name says whose it is. */
const cookieOf = (mvpd: Mvpd): string => `mvpd_${mvpd.id}`;

const mvpdOf = ({ fixtures }: Deps, ctx: RouterContext): Mvpd | null =>
  fixtures.mvpds.find(({ id, isTempPass }) => id === ctx.params['mvpd'] && !isTempPass) ?? null;

const sendBack = (
  { origins, subscribers }: Deps,
  ctx: RouterContext,
  subscriber: Subscription,
  request: string,
) => {
  const url = new URL('/adobe-services/login-return', origins.adobe);
  const code = subscribers.issueCode(subscriber, request);
  url.search = new URLSearchParams({ request, code }).toString();
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.redirect(url.href);
};

const createLoginPage = (deps: Deps) => (ctx: RouterContext) => {
  const mvpd = mvpdOf(deps, ctx);
  const request = new URLSearchParams(ctx.querystring).get('request');
  if (!mvpd) return showNotice(ctx, 404, 'No such TV provider', 'Start again in the app.');
  if (!request) return showNotice(ctx, 400, 'Nothing to sign in for', 'Start again in the app.');
  const { subscribers } = deps;
  const subscriber = subscribers.inBrowser(ctx.cookies.get(cookieOf(mvpd)), mvpd.id);
  if (subscriber) return sendBack(deps, ctx, subscriber, request);
  showLogin(ctx, { mvpd, request, subscribers: subscribers.of(mvpd.id), wrong: false });
};

const createLoginSubmit = (deps: Deps) => async (ctx: RouterContext) => {
  const mvpd = mvpdOf(deps, ctx);
  const isForm = mediaType(ctx.headers['content-type']) === 'application/x-www-form-urlencoded';
  const form = new URLSearchParams(isForm ? await readBody(ctx.req) : '');
  const request = form.get('request');
  if (!mvpd || !request) return showNotice(ctx, 400, 'Nothing to sign in for', 'Start again in the app.');
  const subscribers = deps.subscribers.of(mvpd.id);
  const found = subscribers.find(
    ({ username, password }) => username === form.get('username') && password === form.get('password'),
  );
  if (!found) return showLogin(ctx, { mvpd, request, subscribers, wrong: true });
  const secret = deps.subscribers.signIn(found);
  ctx.cookies.set(cookieOf(mvpd), secret, { httpOnly: true, sameSite: 'lax', path: '/' });
  sendBack(deps, ctx, found, request);
};

const createLogOut = (deps: Deps) => (ctx: RouterContext) => {
  const mvpd = mvpdOf(deps, ctx);
  if (!mvpd?.hasLogoutEndpoint) return showNotice(ctx, 404, 'No such page', 'Start again in the app.');
  deps.subscribers.signOut(ctx.cookies.get(cookieOf(mvpd)));
  ctx.cookies.set(cookieOf(mvpd), null, { path: '/' });
  const relay = new URLSearchParams(ctx.querystring).get('relay');
  if (relay === null) return showNotice(ctx, 200, 'Signed out', `You are signed out of ${mvpd.displayName}.`);
  const url = new URL('/adobe-services/logout-return', deps.origins.adobe);
  url.searchParams.set('relay', relay);
  ctx.redirect(url.href);
};

export const createMvpd = (context: PartyContext): Party & Mvpds => {
  const subscribers = createSubscribers(context);
  const deps: Deps = { ...context, subscribers };
  const site = createSite(
    [
      { operation: 'login.page', method: 'get', path: '/:mvpd/login', handle: createLoginPage(deps) },
      { operation: 'login.submit', method: 'post', path: '/:mvpd/login', handle: createLoginSubmit(deps) },
      { operation: 'logout', method: 'get', path: '/:mvpd/logout', handle: createLogOut(deps) },
    ],
    {
      unknown: (ctx: Koa.Context) => showNotice(ctx, 404, 'No such page', 'There is nothing here.'),
      failed: (ctx: Koa.Context) => showNotice(ctx, 500, 'Something went wrong', 'Start again in the app.'),
    },
  );
  const { redeem, snapshot, restore, reset } = subscribers;
  return {
    name: 'mvpd',
    ...site,
    ...{ redeem, snapshot, restore, reset },
    permits: ({ mvpd, userId, resource }) =>
      subscribers.of(mvpd).some((found) => found.userId === userId && found.resources.includes(resource)),
  };
};
