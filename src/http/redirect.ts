import type Koa from 'koa';
import type { Middleware } from './context.ts';

/** Koa writes a body for whoever does not follow: it repeats the address, codes and states of OAuth included. */
const withoutBody = (ctx: Koa.ParameterizedContext): void => {
  ctx.body = '';
  ctx.remove('Content-Type');
};

export const redirectTo = (ctx: Koa.ParameterizedContext, url: string): void => {
  ctx.redirect(url);
  withoutBody(ctx);
};

/**
 * The path and query that were asked for, at another origin, byte for byte: Koa's own redirect would encode them again.
 * Nothing in them can name another host, since they begin with a slash.
 */
export const redirectToOrigin = (ctx: Koa.ParameterizedContext, origin: string): void => {
  ctx.status = 302;
  ctx.res.setHeader('Location', `${origin}${ctx.req.url}`);
  ctx.res.setHeader('Cache-Control', 'no-store');
  withoutBody(ctx);
};

/** For redirects that are not ours, such as oidc-provider's. */
export const emptyRedirects: Middleware = async (ctx, next) => {
  await next();
  if (ctx.response.get('Location') && ctx.status >= 300 && ctx.status < 400) withoutBody(ctx);
};
