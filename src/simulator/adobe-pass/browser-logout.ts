import type { RouterContext } from '@koa/router';
import { findMvpd, findServiceProvider } from './call.ts';
import type { AdobeContext } from './context.ts';
import { liesOnDomain } from './redirect-url.ts';
import { refuse } from './refusal.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'origins'>;

const redirectUrlOf = (context: Context, query: URLSearchParams): string => {
  const { domains } = findServiceProvider(context, query.get('requestor_id') ?? undefined);
  const redirectUrl = query.get('redirect_url') ?? '';
  if (!liesOnDomain(redirectUrl, domains)) throw refuse('invalid_parameter_redirect_url');
  return redirectUrl;
};

/** GET /adobe-services/logout: off to the MVPD, to end the browser's session there. */
export const createBrowserLogout = (context: Context) => (ctx: RouterContext) => {
  const query = new URLSearchParams(ctx.querystring);
  const mvpd = findMvpd(context, query.get('mso_id') ?? undefined);
  redirectUrlOf(context, query);
  const url = new URL(`/${encodeURIComponent(mvpd.id)}/logout`, context.origins.mvpd);
  url.searchParams.set('relay', query.toString());
  ctx.redirect(url.href);
};

/** GET /adobe-services/logout-return: back from the MVPD, on to the app. What came along is checked again. */
export const createLogoutReturn = (context: Context) => (ctx: RouterContext) => {
  const query = new URLSearchParams(ctx.querystring);
  ctx.redirect(redirectUrlOf(context, new URLSearchParams(query.get('relay') ?? '')));
};
