import Router from '@koa/router';
import Koa from 'koa';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { runInContext } from '#src/observability/context';
import { errorFields, type Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import type { GatewayState, Middleware } from './context.ts';
import { createErrors } from './errors.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ids: Pick<Ids, 'uuid'>;
  /** Named checks; each rejects when what it stands for cannot serve. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  /** By name, what operators should know although the gateway serves. */
  readonly notices: ReadonlyMap<string, object>;
  /** Adds the routes by which operators change or look at something. */
  routes(router: Router<GatewayState>): void;
}

/** The operators' listener: never reachable from the public one. */
export const createAdmin = ({ publicOrigin, metrics, log, ids, checks, notices, routes }: Deps): Koa => {
  const router = new Router<GatewayState>({ sensitive: true });

  router.get('/livez', (ctx) => {
    ctx.body = { status: 'ok' };
  });

  router.get('/readyz', async (ctx) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const error: unknown = await check().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined) log.warn({ check: name, ...errorFields(error) }, 'not ready');
        return [name, error === undefined ? 'ok' : 'failing'] as const;
      }),
    );
    const ready = results.every(([, state]) => state === 'ok');
    ctx.status = ready ? 200 : 503;
    ctx.body = {
      status: ready ? 'ok' : 'failing',
      checks: Object.fromEntries(results),
      ...(notices.size > 0 && { notices: Object.fromEntries(notices) }),
    };
  });

  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.contentType;
    ctx.body = await metrics.text();
  });

  routes(router);
  const app = new Koa<GatewayState>();
  app.on('error', (error) => log.error(errorFields(error), 'admin request failed'));
  app.use(createScope(ids));
  app.use(createErrors({ publicOrigin, log }));
  app.use(refuseBrowsers);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app as unknown as Koa;
};

const createScope =
  (ids: Pick<Ids, 'uuid'>): Middleware =>
  async (ctx, next) => {
    const gone = new AbortController();
    ctx.state.requestId = ids.uuid();
    ctx.state.signal = gone.signal;
    ctx.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
    ctx.res.once('close', () => !ctx.res.writableFinished && gone.abort(new Error('the client went away')));
    await runInContext({ requestId: ctx.state.requestId }, next);
  };

/** This listener asks for no credentials: a page that an operator happens to visit must not speak for them. */
const refuseBrowsers: Middleware = async (ctx, next) => {
  const site = ctx.get('Sec-Fetch-Site');
  if (ctx.get('Origin') || !/^(none|same-origin|)$/.test(site)) throw fail('admin_request_foreign');
  await next();
};
