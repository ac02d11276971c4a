import type Koa from 'koa';
import type Provider from 'oidc-provider';
import { stylesheetPath } from '#src/web/layout';
import { stylesheet } from '#src/web/stylesheet';
import { createMethodsOf, type Path } from './routes.ts';

/** Public, the same for everybody, and asked for often. */
const cacheable = /^\/(jwks$|\.well-known\/)/;

const serveStylesheet = (ctx: Koa.Context): void => {
  ctx.type = 'css';
  ctx.set({ 'Cache-Control': 'public, max-age=31536000, immutable', 'X-Content-Type-Options': 'nosniff' });
  ctx.body = stylesheet;
};

/** Runs the provider's stack in a context of its own; true when it answered. */
const answered = async (provider: Provider, inner: Koa.Context): Promise<boolean> => {
  let fellThrough = false;
  const at = (index: number) => async (): Promise<void> => {
    const next = provider.middleware[index];
    if (next) await next(inner, at(index + 1));
    else fellThrough = true;
  };
  await at(0)();
  return !fellThrough;
};

/** oidc-provider and our pages as one middleware: its cookies, keys and origin stay its own. */
export const createMiddleware = (provider: Provider, paths: readonly Path[]): Koa.Middleware => {
  const methodsOf = createMethodsOf(paths);
  return async (ctx, next) => {
    const methods = methodsOf(ctx.path);
    if (!methods) return next();
    if (!methods.includes(ctx.method === 'HEAD' ? 'GET' : ctx.method)) {
      ctx.status = 405;
      ctx.set('Allow', methods.join(', '));
      return;
    }
    if (ctx.path === stylesheetPath) return serveStylesheet(ctx);

    const { url } = ctx.req;
    const cors = accessControl(ctx);
    ctx.set('Cache-Control', cacheable.test(ctx.path) ? 'public, max-age=300' : 'no-store');
    const inner = provider.createContext(ctx.req, ctx.res) as Koa.Context;
    try {
      if (!(await answered(provider, inner))) return;
    } finally {
      ctx.state['route'] = `oauth.${inner['oidc']?.route ?? 'interaction'}`;
      if (url !== undefined) ctx.req.url = url;
      for (const name of accessControl(ctx)) if (!cors.includes(name)) ctx.remove(name);
    }
    ctx.status = inner.status;
    if (inner.body !== undefined && inner.body !== null) ctx.body = inner.body;
  };
};

/** CORS headers of the answer; only the listener, which knows each app's origins, may set them. */
const accessControl = (ctx: Koa.Context): string[] =>
  Object.keys(ctx.response.headers).filter((name) => name.startsWith('access-control-'));
