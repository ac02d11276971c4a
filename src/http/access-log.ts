import type { Clock } from '#src/lib/clock';
import { currentContext } from '#src/observability/context';
import type { Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import type { Middleware } from './context.ts';

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One log line and one measurement per request, under the id that the client sees. Paths hold codes: never logged. */
export const createAccessLog =
  ({ clock, log, metrics }: Deps): Middleware =>
  async (ctx, next) => {
    const started = clock.now();
    const context = currentContext();
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.res.once('close', () => {
      const route = ctx.state.route ?? 'other';
      const status = ctx.res.headersSent ? ctx.res.statusCode : 499;
      const ms = clock.now() - started;
      metrics.requestServed({ route, status, seconds: ms / 1000 });
      log.info({ ...context, route, method: ctx.method, status, ms }, 'request');
    });
    await next();
  };
