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

/** For redirects that are not ours, such as oidc-provider's. */
export const emptyRedirects: Middleware = async (ctx, next) => {
  await next();
  if (ctx.response.get('Location') && ctx.status >= 300 && ctx.status < 400) withoutBody(ctx);
};
