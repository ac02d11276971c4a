import type { KeepTrace } from '#src/flows/choose-traces';
import type { Clock } from '#src/lib/clock';
import type { Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import type { Middleware } from './context.ts';

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly keepTrace: KeepTrace;
}

/** One log line and one measurement per request, under the id that the client sees. Paths hold codes: never logged. */
export const createAccessLog =
  ({ clock, log, metrics, keepTrace }: Deps): Middleware =>
  (ctx, next) => {
    const started = clock.monotonic();
    const { res, state, method } = ctx;
    res.on('close', () => {
      const { requestId: id, route = 'other', context, facts } = state;
      const status = res.headersSent ? res.statusCode : 499;
      const ms = clock.monotonic() - started;
      metrics.requestServed({ route, status, seconds: ms / 1000 });
      log.info({ ...context, route, method, status, ms }, 'request');
      keepTrace({ id, at: clock.now(), route: state.route, method, app: context.app, status, ms, facts });
    });
    return next();
  };
