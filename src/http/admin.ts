import Router from '@koa/router';
import Koa from 'koa';
import type { Ids } from '#src/lib/ids';
import { errorFields, type Log } from '#src/observability/logger';
import { createAllowedHosts, rejectBrowsers } from './admin-access.ts';
import { type AdminToken, createAdminAccess } from './admin-tokens.ts';
import type { GatewayState, Middleware } from './context.ts';
import { createAnswerError, createErrors } from './errors.ts';
import { createParameterLimits } from './parameter-limits.ts';
import { type AdminHandlers, mountAdmin } from './paths.ts';
import { createRequestContext, createRequestScope } from './request-scope.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly log: Log;
  readonly ids: Pick<Ids, 'uuid'>;
  /** Names and addresses under which the listener is reached. */
  readonly hosts: readonly string[];
  /** Without any, loopback alone is served. */
  readonly tokens: readonly AdminToken[];
  readonly handlers: AdminHandlers;
}

/** The admin listener: its paths are not on the public one. */
export const createAdmin = ({ publicOrigin, log, ids, hosts, tokens, handlers }: Deps): Koa => {
  const access = createAdminAccess(tokens);
  const router = new Router<GatewayState>({ sensitive: true });
  mountAdmin(router, handlers, access.require);
  const app = new Koa<GatewayState>();
  app.on('error', (error) => log.error(errorFields(error), 'admin request failed'));
  app.use(createRequestScope({ ids }));
  app.use(createRequestContext({ tellsId: false }));
  app.use(noStore);
  app.use(createErrors({ log, answerError: createAnswerError({ publicOrigin }) }));
  app.use(createAllowedHosts(hosts));
  app.use(rejectBrowsers);
  app.use(createParameterLimits());
  app.use(router.routes());
  app.use(access.requireToken);
  app.use(router.allowedMethods());
  return app as unknown as Koa;
};

const noStore: Middleware = async (ctx, next) => {
  ctx.set('Cache-Control', 'no-store');
  await next();
};
