import type { RouterContext } from '@koa/router';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { refuse } from '../errors/refusal.ts';
import type { BrowserReturn, MvpdLogin } from '../mvpd-ports.ts';
import type { ProfileBook } from '../profiles/profile-book.ts';
import { findMvpd, findServiceProvider } from '../requests/find-fixture.ts';
import { isRedirectUrl, type RedirectDeps } from '../sessions/redirect-url.ts';
import type { AdobeState } from '../state.ts';
import { showSignedOut, takeStep } from './browser-step.ts';
import { loginFor } from './login-for.ts';

interface BrowserLogoutDeps extends RedirectDeps {
  readonly fixtures: Pick<Fixtures, 'serviceProviders' | 'mvpds'>;
  readonly state: Pick<AdobeState, 'logouts'>;
  readonly logins: readonly MvpdLogin[];
  readonly clock: Clock;
}

/** The latest logout of that device. Its URL may leave out where the browser goes in the end. */
const pendingLogout = (
  { state, clock }: Pick<BrowserLogoutDeps, 'state' | 'clock'>,
  asked: {
    readonly mvpd: string;
    readonly serviceProvider: string;
    readonly passThroughId: string | null;
    readonly redirectUrl: string | null;
  },
) =>
  [...state.logouts].findLast(
    ([, logout]) =>
      logout.expiresAt > clock.now() &&
      logout.passThroughId === asked.passThroughId &&
      logout.mvpd === asked.mvpd &&
      logout.serviceProvider === asked.serviceProvider &&
      [null, logout.redirectUrl].includes(asked.redirectUrl),
  );

/** GET /adobe-services/logout: sends the browser to the MVPD to end its session there. */
export const createBrowserLogout = (deps: BrowserLogoutDeps) => async (ctx: RouterContext) => {
  const { fixtures, switches, logins } = deps;
  const query = new URLSearchParams(ctx.querystring);
  const mvpd = findMvpd(fixtures, query.get('mso_id'));
  const serviceProvider = findServiceProvider(fixtures, query.get('requestor_id'));
  const redirectUrl = query.get('redirect_url');
  if (redirectUrl !== null && !isRedirectUrl({ switches }, serviceProvider, redirectUrl))
    throw refuse('invalid_parameter_redirect_url');

  const passThroughId = query.get('pt_device_id') || null;
  const asked = { mvpd: mvpd.id, serviceProvider: serviceProvider.id, passThroughId, redirectUrl };
  const pending = pendingLogout(deps, asked);
  if (!pending) throw refuse('invalid_authentication_session');
  const [request, { userId, session }] = pending;
  const step = await loginFor(logins, mvpd).signOut({
    mvpd,
    request,
    serviceProvider: serviceProvider.id,
    subscriber: { userId, session },
  });
  takeStep(ctx, step);
};

interface LogoutReturnDeps {
  readonly state: Pick<AdobeState, 'logouts'>;
  readonly changed: () => void;
}

type SignOutReturn = MvpdLogin['signOutReturns'][number];

/** The return from the MVPD's logout: redirects to the app's URL, if any, which was checked when the logout began. */
export const createLogoutReturn =
  ({ state, changed }: LogoutReturnDeps, { read }: SignOutReturn) =>
  async (ctx: RouterContext, back: BrowserReturn): Promise<void> => {
    const { request } = await read(back);
    const logout = state.logouts.get(request);
    if (!logout) throw refuse('invalid_authentication_session');
    state.logouts.delete(request);
    changed();
    if (logout.redirectUrl === null) showSignedOut(ctx);
    else takeStep(ctx, { kind: 'redirect', url: logout.redirectUrl });
  };

type SignOutRequest = MvpdLogin['signOutRequests'][number];

/** Single logout that the MVPD initiates: the profiles of the ended logins go, then the browser returns to the MVPD. */
export const createSingleLogout =
  ({ profiles }: { readonly profiles: Pick<ProfileBook, 'endLogins'> }, { read }: SignOutRequest) =>
  async (ctx: RouterContext, back: BrowserReturn): Promise<void> => {
    const { mvpd, isOf, next } = await read(back);
    profiles.endLogins(mvpd, isOf);
    takeStep(ctx, next);
  };
