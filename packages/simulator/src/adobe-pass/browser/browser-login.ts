import type { RouterContext } from '@koa/router';
import type { Mvpd } from '#src/fixtures';
import { fingerprint } from '#src/lib/ids';
import { findMvpd, findServiceProvider } from '../call.ts';
import type { AdobeContext } from '../context.ts';
import { deviceContext } from '../device.ts';
import type { BrowserReturn, MvpdLogin, MvpdSubscriber } from '../mvpd-ports.ts';
import { refuse } from '../refusal.ts';
import { findOpenSession } from '../sessions/find-session.ts';
import { missingOf } from '../sessions/session-parameters.ts';
import { dropEnded, type Session } from '../state.ts';
import { take } from './browser-step.ts';

type Context = Pick<
  AdobeContext,
  'fixtures' | 'state' | 'switches' | 'profiles' | 'integrations' | 'logins' | 'ids' | 'clock' | 'changed'
>;

const cookie = 'adobe_pass_browser';
const loginLifetime = 15 * 60_000;
/** How long an MVPD's word holds: thirty days. */
const profileLifetime = 30 * 24 * 3_600_000;

/** The browser's own secret; another browser cannot bring this one's login to its end. */
const browserOf = (ctx: RouterContext, { ids }: Context): string => {
  const known = ctx.cookies.get(cookie);
  const secret = known && /^[\w-]{43}$/.test(known) ? known : ids.secret();
  ctx.cookies.set(cookie, secret, { httpOnly: true, sameSite: 'lax', path: '/' });
  return secret;
};

export const loginFor = ({ logins }: Pick<Context, 'logins'>, mvpd: Mvpd): MvpdLogin => {
  const found = logins.find((login) => login.serves(mvpd));
  if (!found) throw refuse('invalid_integration');
  return found;
};

/** Remembers the attempt and sends the browser to the MVPD. */
const sendOff = async (context: Context, ctx: RouterContext, session: Session, passive: boolean) => {
  const { state, ids, clock, changed } = context;
  const mvpd = findMvpd(context, session.mvpd ?? undefined);
  const request = ids.secret();
  const now = clock.now();
  dropEnded(state.logins, ({ expiresAt }) => expiresAt, now);
  state.logins.set(request, {
    code: session.code,
    browser: fingerprint(browserOf(ctx, context)),
    expiresAt: now + loginLifetime,
  });
  changed();
  const { serviceProvider } = session;
  const device = deviceContext(session);
  take(ctx, await loginFor(context, mvpd).signIn({ mvpd, serviceProvider, request, device, passive }));
};

/** GET /api/v2/authenticate/{serviceProvider}/{code}: off to the MVPD's login page. */
export const createAuthenticate = (context: Context) => async (ctx: RouterContext) => {
  const serviceProvider = findServiceProvider(context, ctx.params['serviceProvider']);
  const session = findOpenSession(context, { serviceProvider: serviceProvider.id, code: ctx.params['code'] });
  if (session.mvpd === null || missingOf(session).length > 0) throw refuse('invalid_authentication_session');
  context.integrations.require(serviceProvider, session.mvpd);
  await sendOff(context, ctx, session, context.integrations.standsAlone(serviceProvider, session.mvpd));
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

const storeProfile = (context: Context, session: Session, mvpd: string, subscriber: MvpdSubscriber): void => {
  const { state, profiles, clock, changed } = context;
  const now = clock.now();
  const { userId, attributes, notAfter } = subscriber;
  const { serviceProvider, subject, platformSubject } = session;
  state.sessions.set(session.code, { ...session, status: 'authenticated' });
  profiles.store(session, {
    ...{ mvpd, userId, attributes, session: subscriber.session },
    ...{ serviceProvider, subject, platformSubject, invalidated: false },
    notBefore: now,
    notAfter: Math.min(now + profileLifetime, notAfter ?? Number.POSITIVE_INFINITY),
  });
  changed();
};

type SignInReturn = MvpdLogin['signInReturns'][number];

/** Where a login comes back: the same browser, the attempt that was sent off, and the MVPD that it was sent to. */
export const createLoginReturn =
  (context: Context, { read }: SignInReturn) =>
  async (ctx: RouterContext, back: BrowserReturn): Promise<void> => {
    const { request, mvpd, subscriber } = await read(back);
    const session = openSessionOf(context, ctx, request);
    if (session.mvpd !== mvpd || session.redirectUrl === null) throw refuse('invalid_authentication_session');
    if (subscriber === null) return sendOff(context, ctx, session, false);
    storeProfile(context, session, mvpd, subscriber);
    take(ctx, { kind: 'redirect', url: session.redirectUrl });
  };
