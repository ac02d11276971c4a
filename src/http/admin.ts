import Router from '@koa/router';
import Koa from 'koa';
import { errorFields, type Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';

interface Deps {
  readonly metrics: Metrics;
  readonly log: Log;
  /** Named checks; each rejects when what it stands for cannot serve. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
}

/** The operators' listener: never reachable from the public one. */
export const createAdmin = ({ metrics, log, checks }: Deps): Koa => {
  const router = new Router();

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
    ctx.body = { status: ready ? 'ok' : 'failing', checks: Object.fromEntries(results) };
  });

  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.contentType;
    ctx.body = await metrics.text();
  });

  const app = new Koa();
  app.on('error', (error) => log.error(errorFields(error), 'admin request failed'));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
};
