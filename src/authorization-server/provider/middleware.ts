import type Koa from 'koa';
import type Provider from 'oidc-provider';
import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { currentFacts } from '#src/observability/context';
import { noteCode } from '#src/observability/request-facts';
import type { Brands, RequestState, Deps as ServerDeps } from '../deps.ts';
import { streamingDeviceOf } from '../device/streaming-device.ts';
import { sendAsset } from '../pages/send-asset.ts';
import { factsOf } from '../request-facts.ts';
import type { PendingPoll } from './pending-poll.ts';
import { createMethodsOf, type Path } from './routes.ts';

/** Public, and the same for everybody. */
const cacheable = /^\/(jwks$|\.well-known\/)/;

/** Pages that act when they are opened by GET. HEAD is answered without that: link scanners send it. */
const acting =
  /^\/(activate|activation|auth|callback|device|interaction|second-screen|session\/end)(\/[\w-]+)?(\/done|\/tv-provider(\/\w+)?)?$/;

const describePage = (ctx: Koa.Context): void => {
  ctx.status = 200;
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.res.removeHeader('Content-Length');
};

/** Runs the provider's middleware in a context of its own. Resolves to false when none of it handled the request. */
const handles = async (provider: Provider, inner: Koa.Context): Promise<boolean> => {
  let fellThrough = false;
  const at = (index: number) => async (): Promise<void> => {
    const next = provider.middleware[index];
    if (next) await next(inner, at(index + 1));
    else fellThrough = true;
  };
  await at(0)();
  return !fellThrough;
};

interface State extends RequestState {
  /** The label of metrics and logs. */
  route?: string;
}

interface Deps extends Pick<ServerDeps, 'readDevice'> {
  readonly provider: Provider;
  readonly paths: readonly Path[];
  readonly brands: Pick<Brands, 'neutral' | 'asset'>;
  readonly pendingPoll: PendingPoll;
}

/** oidc-provider and our pages as one middleware, with cookies, keys and origin of their own. */
export const createMiddleware = (deps: Deps): Koa.Middleware<State> => {
  const { provider, paths, brands, pendingPoll, readDevice } = deps;
  const methodsOf = createMethodsOf(paths);
  return async (ctx, next) => {
    const methods = methodsOf(ctx.path);
    if (!methods) return next();
    if (!methods.includes(ctx.method === 'HEAD' ? 'GET' : ctx.method)) {
      ctx.set('Allow', methods.join(', '));
      throw fail('gateway_method_not_allowed');
    }
    if (ctx.path.startsWith('/assets/')) {
      const asset = brands.asset(ctx.path);
      return asset ? sendAsset(ctx, asset) : next();
    }
    if (ctx.method === 'HEAD' && acting.test(ctx.path)) return describePage(ctx);

    if (ctx.path === '/token' && (await pendingPoll(ctx))) {
      ctx.state.route = 'oauth.token';
      noteOauthCode('authorization_pending');
      return;
    }

    factsOf(ctx).brand = brands.neutral;
    if (ctx.path === '/device/auth') factsOf(ctx).streaming = streamingDeviceOf(readDevice(ctx));
    const { url } = ctx.req;
    const cors = accessControl(ctx);
    ctx.set('Cache-Control', cacheable.test(ctx.path) ? 'public, max-age=300' : 'no-store');
    const inner = provider.createContext(ctx.req, ctx.res) as Koa.Context;
    try {
      if (!(await handles(provider, inner))) return;
    } finally {
      ctx.state.route = `oauth.${inner['oidc']?.route ?? 'interaction'}`;
      if (url !== undefined) ctx.req.url = url;
      for (const name of accessControl(ctx)) if (!cors.includes(name)) ctx.remove(name);
    }
    const { failure } = factsOf(ctx);
    if (failure) throw failure;
    ctx.status = inner.status;
    if (ctx.status >= 400) noteOauthCode(oauthError.safeParse(inner.body).data?.error);
    if (inner.body !== undefined && inner.body !== null) ctx.body = inner.body;
  };
};

/** RFC 6749 §5.2. */
const oauthError = z.object({ error: z.string().regex(/^[a-z_]{1,80}$/) });

const noteOauthCode = (code: string | undefined): void => {
  const facts = currentFacts();
  if (facts) noteCode(facts, code);
};

/** The CORS headers of the response; only the listener, which knows each app's origins, may set them. */
const accessControl = (ctx: Pick<Koa.Context, 'response'>): string[] =>
  Object.keys(ctx.response.headers).filter((name) => name.startsWith('access-control-'));
