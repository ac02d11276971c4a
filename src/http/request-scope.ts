import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { type RequestContext, runInContext } from '#src/observability/context';
import type { Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import type { Middleware } from './context.ts';

interface Deps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A request's id, its abort signal, its one log line, its measurements. Paths stay out of logs: codes stand in them. */
export const createRequestScope =
  ({ clock, ids, log, metrics }: Deps): Middleware =>
  async (ctx, next) => {
    const gone = new AbortController();
    const started = clock.now();
    const context: RequestContext = { requestId: ids.uuid() };
    ctx.state.requestId = context.requestId;
    ctx.state.signal = gone.signal;
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.res.once('close', () => {
      const route = ctx.state.route ?? 'other';
      const status = ctx.res.headersSent ? ctx.res.statusCode : 499;
      const ms = clock.now() - started;
      metrics.requestServed({ route, status, seconds: ms / 1000 });
      log.info({ ...context, route, method: ctx.method, status, ms }, 'request');
      if (!ctx.res.writableFinished) gone.abort(new Error('the client went away'));
    });
    await runInContext(context, next);
  };
