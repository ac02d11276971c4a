import { errorFields, type Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import { guardOut } from '../guard.ts';
import type { AdminHandlers } from '../paths.ts';
import { type ReadinessDetail, readinessSchema } from './readiness.ts';

interface Deps {
  readonly metrics: Metrics;
  readonly log: Log;
  /** Named checks; each rejects when what it stands for cannot serve. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  /** Whether the gateway is shutting down: it serves, and wants no new requests. */
  readonly isStopping: () => boolean;
  /** What operators are told besides the checks. */
  readonly detail: () => Promise<ReadinessDetail>;
}

export const createHealthHandlers = ({
  metrics,
  log,
  checks,
  isStopping,
  detail,
}: Deps): Pick<AdminHandlers, 'started' | 'live' | 'ready' | 'metrics'> => {
  const stateOf = async (name: string, check: () => Promise<void>): Promise<'ok' | 'failing'> => {
    try {
      await check();
      return 'ok';
    } catch (error) {
      log.warn({ check: name, ...errorFields(error) }, 'not ready');
      return 'failing';
    }
  };
  return {
    // Who is served here at all has started; until then, the listener answers for itself.
    started: (ctx) => {
      ctx.body = { status: 'ok' };
    },

    live: (ctx) => {
      ctx.body = { status: 'ok' };
    },

    ready: async (ctx) => {
      const states = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await stateOf(name, check)] as const),
      );
      const works = states.every(([, state]) => state === 'ok');
      const status = isStopping() ? 'stopping' : works ? 'ok' : 'failing';
      ctx.status = status === 'ok' ? 200 : 503;
      ctx.body = ctx.state.operator
        ? guardOut(readinessSchema, {
            status,
            checks: Object.fromEntries(states),
            ...(await detail()),
          })
        : { status };
    },

    metrics: async (ctx) => {
      ctx.type = metrics.contentType;
      ctx.body = await metrics.text();
    },
  };
};
