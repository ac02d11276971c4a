import type { RouterContext } from '@koa/router';
import { loginFor } from '../browser/browser-login.ts';
import { take } from '../browser/browser-step.ts';
import { findMvpd, findServiceProvider } from '../call.ts';
import type { AdobeContext } from '../context.ts';
import type { BrowserReturn, MvpdLogin } from '../mvpd-ports.ts';
import { refuse } from '../refusal.ts';
import { isRedirectUrl } from '../sessions/redirect-url.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'state' | 'switches' | 'logins' | 'clock' | 'changed'>;

/** GET /adobe-services/logout: off to the MVPD, to end the browser's session there. */
export const createBrowserLogout = (context: Context) => async (ctx: RouterContext) => {
  const query = new URLSearchParams(ctx.querystring);
  const mvpd = findMvpd(context, query.get('mso_id') ?? undefined);
  const serviceProvider = findServiceProvider(context, query.get('requestor_id') ?? undefined);
  const redirectUrl = query.get('redirect_url') ?? '';
  if (!isRedirectUrl(context, serviceProvider, redirectUrl)) throw refuse('invalid_parameter_redirect_url');

  const request = query.get('request') ?? '';
  const logout = context.state.logouts.get(request);
  const holds =
    logout !== undefined &&
    logout.expiresAt > context.clock.now() &&
    logout.mvpd === mvpd.id &&
    logout.serviceProvider === serviceProvider.id &&
    logout.redirectUrl === redirectUrl;
  if (!holds) throw refuse('invalid_authentication_session');
  const { userId, session } = logout;
  const login = loginFor(context, mvpd);
  take(
    ctx,
    await login.signOut({
      ...{ mvpd, request },
      serviceProvider: serviceProvider.id,
      subscriber: { userId, session },
    }),
  );
};

type SignOutReturn = MvpdLogin['signOutReturns'][number];

/** Back from the MVPD, on to the app: to the address that was checked when the logout began. */
export const createLogoutReturn =
  ({ state, changed }: Context, { read }: SignOutReturn) =>
  async (ctx: RouterContext, back: BrowserReturn): Promise<void> => {
    const { request } = await read(back);
    const logout = state.logouts.get(request);
    if (!logout) throw refuse('invalid_authentication_session');
    state.logouts.delete(request);
    changed();
    take(ctx, { kind: 'redirect', url: logout.redirectUrl });
  };
