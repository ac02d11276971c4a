import Router from '@koa/router';
import Koa from 'koa';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { errorFields, type Log } from '#src/observability/logger';
import { createAdminToken, createAllowedHosts } from './admin-access.ts';
import type { GatewayState, Middleware } from './context.ts';
import { createErrors } from './errors.ts';
import { createParameterLimits } from './parameter-limits.ts';
import { type AdminHandlers, mountAdmin } from './paths.ts';
import { createRequestScope } from './request-scope.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly log: Log;
  readonly ids: Pick<Ids, 'uuid'>;
  /** Names and addresses under which the listener is reached. */
  readonly hosts: readonly string[];
  readonly token: string | undefined;
  readonly handlers: AdminHandlers;
}

/** The admin listener: its paths are not on the public one. */
export const createAdmin = ({ publicOrigin, log, ids, hosts, token, handlers }: Deps): Koa => {
  const router = new Router<GatewayState>({ sensitive: true });
  mountAdmin(router, handlers);
  const app = new Koa<GatewayState>();
  app.on('error', (error) => log.error(errorFields(error), 'admin request failed'));
  app.use(createRequestScope({ ids }));
  app.use(noStore);
  app.use(createErrors({ publicOrigin, log }));
  app.use(createAllowedHosts(hosts));
  app.use(rejectBrowsers);
  app.use(createAdminToken(token));
  app.use(createParameterLimits());
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app as unknown as Koa;
};

const noStore: Middleware = async (ctx, next) => {
  ctx.set('Cache-Control', 'no-store');
  await next();
};

/** The listener may have no token: a page that an operator visits must not act on their behalf. */
const rejectBrowsers: Middleware = async (ctx, next) => {
  const site = ctx.get('Sec-Fetch-Site');
  if (ctx.get('Origin') || !/^(none|same-origin|)$/.test(site)) throw fail('admin_request_foreign');
  await next();
};
