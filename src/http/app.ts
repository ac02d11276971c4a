/**
 * The public listener: middleware on one screen. This folder owns HTTP: what comes in is checked here, what goes
 * out is shaped here, and Koa's context goes no further. It refuses decisions: it calls flows.
 */
import Router, { type RouterMiddleware } from '@koa/router';
import Koa from 'koa';
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { errorFields, type Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import { createTrustedProxies } from './client-address.ts';
import type { GatewayState, Middleware } from './context.ts';
import { createCors } from './cors.ts';
import { createErrors } from './errors.ts';
import { createPathGuard } from './path-guard.ts';
import { createPublicOrigin } from './public-origin.ts';
import { createRequestScope } from './request-scope.ts';

interface Deps {
  readonly config: Pick<Config, 'publicOrigin' | 'trustedProxies' | 'apps'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Adds every route of ours. */
  routes(router: Router<GatewayState>): void;
  /** Everything that is OAuth and OpenID Connect. */
  readonly authorizationServer: Middleware;
}

export const createApp = ({ config, clock, ids, log, metrics, routes, authorizationServer }: Deps): Koa => {
  const { publicOrigin } = config;
  const router = new Router<GatewayState>({ sensitive: true });
  router.use(nameRoute);
  routes(router);

  const app = new Koa<GatewayState>();
  app.on('error', (error) => log.error(errorFields(error), 'a response could not be sent'));
  app.use(createRequestScope({ clock, ids, log, metrics }));
  app.use(createErrors({ publicOrigin, log }));
  app.use(createPublicOrigin({ publicOrigin, trustedProxies: createTrustedProxies(config.trustedProxies) }));
  app.use(createCors(config.apps));
  app.use(createPathGuard(['/api/', '/o/']));
  app.use(router.routes());
  app.use(methodNotAllowed(router));
  app.use(authorizationServer);
  return app as unknown as Koa;
};

/** The router names the route when it enters it, so the name is read on the way back. */
const nameRoute: RouterMiddleware<GatewayState> = async (ctx, next) => {
  try {
    await next();
  } finally {
    ctx.state.route = ctx.routerName ?? 'other';
  }
};

/** A path of ours with another method: 405 and what is allowed, instead of the authorization server's 404. */
const methodNotAllowed =
  (router: Router<GatewayState>): Middleware =>
  async (ctx, next) => {
    const allowed = new Set(router.match(ctx.path, ctx.method).path.flatMap(({ methods }) => methods));
    if (allowed.size === 0) return next();
    allowed.delete('HEAD');
    ctx.set('Allow', [...allowed].join(', '));
    throw fail('gateway_method_not_allowed');
  };
