import type { RouterContext } from '@koa/router';
import { fingerprint } from '#src/lib/ids';
import { html, showPage } from '../page.ts';
import { findServiceProvider } from './call.ts';
import type { AdobeContext } from './context.ts';
import { findOpenSession } from './find-session.ts';
import { type Refusal, refuse } from './refusal.ts';
import { missingOf } from './session-parameters.ts';
import { dropEnded, type Session } from './state.ts';

type Context = Pick<
  AdobeContext,
  'fixtures' | 'state' | 'profiles' | 'mvpds' | 'origins' | 'ids' | 'clock' | 'changed'
>;

const cookie = 'adobe_pass_browser';
const loginLifetime = 15 * 60_000;
/** How long an MVPD's word holds: thirty days. */
const profileLifetime = 30 * 24 * 3_600_000;

/** A browser is answered with a page that says what a JSON error would. */
export const showRefusal = (ctx: RouterContext, { error }: Refusal): void =>
  showPage(ctx, {
    status: error.status,
    title: 'This login cannot go on',
    content: html`<p>${error.message}</p><p class="hint"><code>${error.code}</code></p>`,
  });

/** The browser's own secret; another browser cannot bring this one's login to its end. */
const browserOf = (ctx: RouterContext, { ids }: Context): string => {
  const known = ctx.cookies.get(cookie);
  const secret = known && /^[\w-]{43}$/.test(known) ? known : ids.secret();
  ctx.cookies.set(cookie, secret, { httpOnly: true, sameSite: 'lax', path: '/' });
  return secret;
};

/** GET /api/v2/authenticate/{serviceProvider}/{code}: off to the MVPD's login page. */
export const createAuthenticate = (context: Context) => (ctx: RouterContext) => {
  const { state, ids, clock, origins, changed } = context;
  const serviceProvider = findServiceProvider(context, ctx.params['serviceProvider']);
  const session = findOpenSession(context, { serviceProvider: serviceProvider.id, code: ctx.params['code'] });
  if (session.mvpd === null || missingOf(session).length > 0) throw refuse('invalid_authentication_session');

  const request = ids.secret();
  const now = clock.now();
  dropEnded(state.logins, ({ expiresAt }) => expiresAt, now);
  state.logins.set(request, {
    code: session.code,
    browser: fingerprint(browserOf(ctx, context)),
    expiresAt: now + loginLifetime,
  });
  changed();
  const url = new URL(`/${encodeURIComponent(session.mvpd)}/login`, origins.mvpd);
  url.searchParams.set('request', request);
  ctx.set('Cache-Control', 'no-store');
  ctx.redirect(url.href);
};

const openSessionOf = (context: Context, ctx: RouterContext, request: string): Session => {
  const { state, clock } = context;
  const login = state.logins.get(request);
  const browser = fingerprint(ctx.cookies.get(cookie) ?? '');
  if (!login || login.browser !== browser || login.expiresAt <= clock.now())
    throw refuse('invalid_authentication_session');
  state.logins.delete(request);
  const session = state.sessions.get(login.code);
  return findOpenSession(context, { serviceProvider: session?.serviceProvider ?? '', code: login.code });
};

/** GET /adobe-services/login-return: the MVPD sends the browser back with a code that is redeemed behind its back. */
export const createLoginReturn = (context: Context) => (ctx: RouterContext) => {
  const { state, profiles, mvpds, clock, changed } = context;
  const query = new URLSearchParams(ctx.querystring);
  const request = query.get('request') ?? '';
  const session = openSessionOf(context, ctx, request);
  const { mvpd, redirectUrl, subject } = session;
  const subscriber = mvpd && mvpds.redeem({ mvpd, request, code: query.get('code') ?? '' });
  if (!subscriber || redirectUrl === null) throw refuse('invalid_authentication_session');

  const now = clock.now();
  const { userId, householdId, zip } = subscriber;
  state.sessions.set(session.code, { ...session, status: 'authenticated' });
  profiles.store(session, {
    ...{ mvpd, userId, householdId, zip: [...zip], subject },
    notBefore: now,
    notAfter: now + profileLifetime,
  });
  changed();
  ctx.set('Cache-Control', 'no-store');
  ctx.redirect(redirectUrl);
};
