import { asksForPage } from '#src/lib/asks-for-page';
import { fail } from '#src/lib/errors';
import type { Context, Handler } from '../context.ts';
import { redirectTo } from '../redirect.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly redirect: string | undefined;
  /** For people. */
  readonly showHome: (ctx: Context) => void;
}

/** The first page; apps learn there where discovery begins (OpenID Connect Discovery §4). */
export const createHomeHandler =
  ({ publicOrigin, redirect, showHome }: Deps): Handler =>
  (ctx) => {
    ctx.vary('Accept');
    // The page itself is not kept: it names files by their content, which a reload may replace.
    if (redirect === undefined && asksForPage(ctx.req)) return showHome(ctx);
    if (redirect === undefined)
      ctx.body = {
        issuer: publicOrigin,
        openid_configuration: `${publicOrigin}/.well-known/openid-configuration`,
      };
    else redirectTo(ctx, redirect);
    ctx.set('Cache-Control', 'public, max-age=60');
  };

/** Nothing here is for search engines (RFC 9309). */
export const robots: Handler = (ctx) => {
  ctx.set('Cache-Control', 'public, max-age=86400');
  ctx.body = 'User-agent: *\nDisallow: /\n';
};

/** Pages name their icon; browsers ask here when they show anything else. */
export const createFaviconHandler =
  (icon: string | undefined): Handler =>
  (ctx) => {
    if (icon === undefined) throw fail('gateway_not_found');
    redirectTo(ctx, icon);
    ctx.set('Cache-Control', 'no-cache');
  };
