import type { RouterContext } from '@koa/router';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { refuse } from '../errors/refusal.ts';
import type { BrowserReturn, MvpdLogin } from '../mvpd-ports.ts';
import { findMvpd, findServiceProvider } from '../requests/find-fixture.ts';
import { isRedirectUrl, type RedirectDeps } from '../sessions/redirect-url.ts';
import type { AdobeState } from '../state.ts';
import { takeStep } from './browser-step.ts';
import { loginFor } from './login-for.ts';

interface BrowserLogoutDeps extends RedirectDeps {
  readonly fixtures: Pick<Fixtures, 'serviceProviders' | 'mvpds'>;
  readonly state: Pick<AdobeState, 'logouts'>;
  readonly logins: readonly MvpdLogin[];
  readonly clock: Clock;
}

/** GET /adobe-services/logout: sends the browser to the MVPD to end its session there. */
export const createBrowserLogout =
  ({ fixtures, state, switches, logins, clock }: BrowserLogoutDeps) =>
  async (ctx: RouterContext) => {
    const query = new URLSearchParams(ctx.querystring);
    const mvpd = findMvpd(fixtures, query.get('mso_id'));
    const serviceProvider = findServiceProvider(fixtures, query.get('requestor_id'));
    const redirectUrl = query.get('redirect_url') ?? '';
    if (!isRedirectUrl({ switches }, serviceProvider, redirectUrl))
      throw refuse('invalid_parameter_redirect_url');

    const request = query.get('request') ?? '';
    const logout = state.logouts.get(request);
    const matches =
      logout !== undefined &&
      logout.expiresAt > clock.now() &&
      logout.mvpd === mvpd.id &&
      logout.serviceProvider === serviceProvider.id &&
      logout.redirectUrl === redirectUrl;
    if (!matches) throw refuse('invalid_authentication_session');
    const { userId, session } = logout;
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

/** The return from the MVPD's logout: redirects to the app's URL, which was checked when the logout began. */
export const createLogoutReturn =
  ({ state, changed }: LogoutReturnDeps, { read }: SignOutReturn) =>
  async (ctx: RouterContext, back: BrowserReturn): Promise<void> => {
    const { request } = await read(back);
    const logout = state.logouts.get(request);
    if (!logout) throw refuse('invalid_authentication_session');
    state.logouts.delete(request);
    changed();
    takeStep(ctx, { kind: 'redirect', url: logout.redirectUrl });
  };
