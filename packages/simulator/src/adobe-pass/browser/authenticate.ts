/**
 * The pages of Adobe Pass that a viewer's browser visits: to the MVPD and back, for login and logout. This folder owns
 * the browser's cookie and the pending attempts; it must not know the protocols, which are behind the MVPD ports.
 */
import type { RouterContext } from '@koa/router';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { fingerprint, type Ids } from '#src/lib/ids';
import type { Integrations } from '../configuration/integrations.ts';
import { refuse } from '../errors/refusal.ts';
import type { BrowserReturn, MvpdLogin, MvpdSubscriber } from '../mvpd-ports.ts';
import type { ProfileBook } from '../profiles/profile-book.ts';
import { deviceContext } from '../requests/device.ts';
import { findMvpd, findServiceProvider } from '../requests/find-fixture.ts';
import { type FindSessionDeps, findOpenSession } from '../sessions/find-session.ts';
import { missingOf } from '../sessions/session-parameters.ts';
import { type AdobeState, dropEnded, type Session } from '../state.ts';
import { takeStep } from './browser-step.ts';
import { loginFor } from './login-for.ts';

interface RedirectToMvpdDeps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly state: Pick<AdobeState, 'logins'>;
  readonly logins: readonly MvpdLogin[];
  readonly ids: Ids;
  readonly clock: Clock;
  readonly changed: () => void;
}

const cookie = 'adobe_pass_browser';
const attemptLifetime = 15 * 60_000;
/** The longest lifetime of a profile: thirty days. */
const profileLifetime = 30 * 24 * 3_600_000;

/** The secret that binds an attempt to the browser: another browser cannot complete it. */
const browserSecretOf = (ctx: RouterContext, ids: Ids): string => {
  const known = ctx.cookies.get(cookie);
  const secret = known && /^[\w-]{43}$/.test(known) ? known : ids.secret();
  ctx.cookies.set(cookie, secret, { httpOnly: true, sameSite: 'lax', path: '/' });
  return secret;
};

/** Records the attempt and sends the browser to the MVPD. */
const redirectToMvpd = async (
  deps: RedirectToMvpdDeps,
  ctx: RouterContext,
  session: Session,
  passive: boolean,
) => {
  const { state, ids, clock, changed } = deps;
  const mvpd = findMvpd(deps.fixtures, session.mvpd);
  const request = ids.secret();
  const now = clock.now();
  dropEnded(state.logins, ({ expiresAt }) => expiresAt, now);
  state.logins.set(request, {
    code: session.code,
    browser: fingerprint(browserSecretOf(ctx, ids)),
    expiresAt: now + attemptLifetime,
  });
  changed();
  const { serviceProvider } = session;
  const device = deviceContext(session);
  const login = loginFor(deps.logins, mvpd);
  takeStep(ctx, await login.signIn({ mvpd, serviceProvider, request, device, passive }));
};

type AuthenticateDeps = RedirectToMvpdDeps &
  FindSessionDeps & {
    readonly fixtures: Pick<Fixtures, 'serviceProviders'>;
    readonly integrations: Pick<Integrations, 'require' | 'requiresOwnLogin'>;
  };

/** GET /api/v2/authenticate/{serviceProvider}/{code}: redirects to the MVPD's login page. */
export const createAuthenticate = (deps: AuthenticateDeps) => async (ctx: RouterContext) => {
  const { integrations } = deps;
  const serviceProvider = findServiceProvider(deps.fixtures, ctx.params['serviceProvider']);
  const session = findOpenSession(deps, { serviceProvider: serviceProvider.id, code: ctx.params['code'] });
  if (session.mvpd === null || missingOf(session).length > 0) throw refuse('invalid_authentication_session');
  integrations.require(serviceProvider, session.mvpd);
  await redirectToMvpd(deps, ctx, session, integrations.requiresOwnLogin(serviceProvider, session.mvpd));
};

type LoginReturnDeps = RedirectToMvpdDeps &
  FindSessionDeps & {
    readonly profiles: Pick<ProfileBook, 'store'>;
  };

/** Consumes the attempt. Error: invalid_authentication_session, for another browser or an expired attempt. */
const sessionOfAttempt = (deps: LoginReturnDeps, ctx: RouterContext, request: string): Session => {
  const { state, clock } = deps;
  const attempt = state.logins.get(request);
  const browser = fingerprint(ctx.cookies.get(cookie) ?? '');
  if (!attempt || attempt.browser !== browser || attempt.expiresAt <= clock.now())
    throw refuse('invalid_authentication_session');
  state.logins.delete(request);
  const session = state.sessions.get(attempt.code);
  return findOpenSession(deps, { serviceProvider: session?.serviceProvider ?? '', code: attempt.code });
};

const storeProfile = (
  deps: LoginReturnDeps,
  session: Session,
  mvpd: string,
  subscriber: MvpdSubscriber,
): void => {
  const { state, profiles, clock, changed } = deps;
  const now = clock.now();
  const { userId, attributes, notAfter } = subscriber;
  const { serviceProvider, subject, platformSubject } = session;
  state.sessions.set(session.code, { ...session, status: 'authenticated' });
  profiles.store(session, {
    mvpd,
    userId,
    attributes,
    session: subscriber.session,
    serviceProvider,
    subject,
    platformSubject,
    invalidated: false,
    notBefore: now,
    notAfter: Math.min(now + profileLifetime, notAfter ?? Number.POSITIVE_INFINITY),
  });
  changed();
};

type SignInReturn = MvpdLogin['signInReturns'][number];

/** The return from a login: it must match a pending attempt, the browser that started it, and its MVPD. */
export const createLoginReturn =
  (deps: LoginReturnDeps, { read }: SignInReturn) =>
  async (ctx: RouterContext, back: BrowserReturn): Promise<void> => {
    const { request, mvpd, subscriber } = await read(back);
    const session = sessionOfAttempt(deps, ctx, request);
    if (session.mvpd !== mvpd || session.redirectUrl === null) throw refuse('invalid_authentication_session');
    if (subscriber === null) return redirectToMvpd(deps, ctx, session, false);
    storeProfile(deps, session, mvpd, subscriber);
    takeStep(ctx, { kind: 'redirect', url: session.redirectUrl });
  };
