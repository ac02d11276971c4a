/**
 * The TV providers, all on one origin: login page, browser session, logout, and what each subscriber's package
 * holds. It owns who signed in at which MVPD. It refuses to send a browser anywhere but back to Adobe Pass.
 */
import type { RouterContext } from '@koa/router';
import type Koa from 'koa';
import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import type { Mvpd, Subscription } from '../fixtures.ts';
import type { Party, PartyContext } from '../party.ts';
import { createSite, mediaType, readBody } from '../site.ts';
import type { Mvpds } from './mvpds.ts';
import { showLogin, showNotice } from './pages.ts';

const sessionLifetime = 24 * 3_600_000;
const codeLifetime = 60_000;

const browserSession = z.object({ mvpd: z.string(), username: z.string(), expiresAt: z.number() });
const savedSchema = z.object({ sessions: z.array(z.tuple([z.string(), browserSession])) });

type BrowserSession = z.output<typeof browserSession>;
type LoginCode = BrowserSession & { readonly request: string };

const cookieOf = (mvpd: Mvpd): string => `mvpd_${mvpd.id}`;

export const createMvpd = ({ fixtures, origins, clock, ids, changed }: PartyContext): Party & Mvpds => {
  let sessions = new Map<string, BrowserSession>();
  let codes = new Map<string, LoginCode>();

  const subscribersOf = (mvpd: string): Subscription[] =>
    fixtures.users
      .flatMap(({ subscriptions }) => subscriptions)
      .filter((subscription) => subscription.mvpd === mvpd);

  const subscriberOf = (held: BrowserSession | undefined, mvpd: string): Subscription | null => {
    if (held?.mvpd !== mvpd || held.expiresAt <= clock.now()) return null;
    return subscribersOf(mvpd).find(({ username }) => username === held.username) ?? null;
  };

  const mvpdOf = (ctx: RouterContext): Mvpd | null =>
    fixtures.mvpds.find(({ id, isTempPass }) => id === ctx.params['mvpd'] && !isTempPass) ?? null;

  const sendBack = (ctx: RouterContext, mvpd: Mvpd, request: string, username: string): void => {
    const code = ids.secret();
    codes.set(fingerprint(code), { mvpd: mvpd.id, request, username, expiresAt: clock.now() + codeLifetime });
    const url = new URL('/adobe-services/login-return', origins.adobe);
    url.search = new URLSearchParams({ request, code }).toString();
    ctx.set('Cache-Control', 'no-store');
    ctx.status = 303;
    ctx.redirect(url.href);
  };

  const showLoginPage = (ctx: RouterContext) => {
    const mvpd = mvpdOf(ctx);
    const request = new URLSearchParams(ctx.querystring).get('request');
    if (!mvpd) return showNotice(ctx, 404, 'No such TV provider', 'Start again in the app.');
    if (!request) return showNotice(ctx, 400, 'Nothing to sign in for', 'Start again in the app.');
    const held = sessions.get(fingerprint(ctx.cookies.get(cookieOf(mvpd)) ?? ''));
    const subscriber = subscriberOf(held, mvpd.id);
    if (subscriber) return sendBack(ctx, mvpd, request, subscriber.username);
    showLogin(ctx, { mvpd, request, subscribers: subscribersOf(mvpd.id), wrong: false });
  };

  const submitLogin = async (ctx: RouterContext): Promise<void> => {
    const mvpd = mvpdOf(ctx);
    const isForm = mediaType(ctx.headers['content-type']) === 'application/x-www-form-urlencoded';
    const form = new URLSearchParams(isForm ? await readBody(ctx.req) : '');
    const request = form.get('request');
    if (!mvpd || !request) return showNotice(ctx, 400, 'Nothing to sign in for', 'Start again in the app.');
    const subscribers = subscribersOf(mvpd.id);
    const found = subscribers.find(
      ({ username, password }) => username === form.get('username') && password === form.get('password'),
    );
    if (!found) return showLogin(ctx, { mvpd, request, subscribers, wrong: true });

    const secret = ids.secret();
    const expiresAt = clock.now() + sessionLifetime;
    sessions.set(fingerprint(secret), { mvpd: mvpd.id, username: found.username, expiresAt });
    changed();
    ctx.cookies.set(cookieOf(mvpd), secret, { httpOnly: true, sameSite: 'lax', path: '/' });
    sendBack(ctx, mvpd, request, found.username);
  };

  const logOut = (ctx: RouterContext) => {
    const mvpd = mvpdOf(ctx);
    if (!mvpd?.hasLogoutEndpoint) return showNotice(ctx, 404, 'No such page', 'Start again in the app.');
    sessions.delete(fingerprint(ctx.cookies.get(cookieOf(mvpd)) ?? ''));
    changed();
    ctx.cookies.set(cookieOf(mvpd), null, { path: '/' });
    const relay = new URLSearchParams(ctx.querystring).get('relay');
    if (relay === null)
      return showNotice(ctx, 200, 'Signed out', `You are signed out of ${mvpd.displayName}.`);
    const url = new URL('/adobe-services/logout-return', origins.adobe);
    url.searchParams.set('relay', relay);
    ctx.redirect(url.href);
  };

  const site = createSite(
    [
      { operation: 'login.page', method: 'get', path: '/:mvpd/login', handle: showLoginPage },
      { operation: 'login.submit', method: 'post', path: '/:mvpd/login', handle: submitLogin },
      { operation: 'logout', method: 'get', path: '/:mvpd/logout', handle: logOut },
    ],
    {
      unknown: (ctx: Koa.Context) => showNotice(ctx, 404, 'No such page', 'There is nothing here.'),
      failed: (ctx: Koa.Context) => showNotice(ctx, 500, 'Something went wrong', 'Start again in the app.'),
    },
  );

  return {
    name: 'mvpd',
    ...site,
    redeem: ({ mvpd, request, code }) => {
      const key = fingerprint(code);
      const held = codes.get(key);
      codes.delete(key);
      return held?.request === request ? subscriberOf(held, mvpd) : null;
    },
    permits: ({ mvpd, userId, resource }) =>
      subscribersOf(mvpd).some(
        (subscriber) => subscriber.userId === userId && subscriber.resources.includes(resource),
      ),
    snapshot: () => ({ sessions: [...sessions] }),
    restore: (saved) => {
      sessions = new Map(savedSchema.parse(saved).sessions);
    },
    reset: () => {
      sessions = new Map();
      codes = new Map();
      changed();
    },
  };
};
