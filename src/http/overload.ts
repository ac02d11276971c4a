import type { Config } from '#src/config/schema';
import { fail } from '#src/lib/errors';
import type { Metrics } from '#src/observability/metrics';
import type { Operation } from '#src/rest-v2/operation';
import type { Context, Middleware } from './context.ts';

/** How busy this process is. */
export interface Load {
  /** By how much work waits for its turn, milliseconds. */
  readonly delay: number;
  /** Requests that are running, without those that wait for a profile. */
  readonly running: number;
}

type Limits = Config['overload'];

/** A poll can be repeated later without anybody noticing; a sign-in or a playback cannot. */
export type Urgency = 'poll' | 'other';

/**
 * Whether a request is refused, so that those before it are still answered in time: polls at the limits, everything else at
 * four times the delay and twice the number. Pure.
 */
export const isShed = (
  { delay, running }: Load,
  urgency: Urgency,
  { maxDelay, maxRunning }: Limits,
): boolean =>
  urgency === 'poll'
    ? delay > maxDelay || running > maxRunning
    : delay > 4 * maxDelay || running > 2 * maxRunning;

/** Of what belongs to a code: devices ask for it again and again, or wait for it. */
const pollsOf = (operations: readonly Operation[]): readonly RegExp[] =>
  operations
    .filter(({ caller, method }) => caller === 'code' && method === 'GET')
    .map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`));

interface Deps {
  readonly operations: readonly Operation[];
  readonly limits: Limits;
  readonly metrics: Pick<Metrics, 'requestShed'>;
  /** By how much work waits for its turn, milliseconds. */
  readonly loopDelay: () => number;
}

/** Seconds until the client is to try again. */
const retryAfter = 2;

/** Refuses what this process cannot answer in time. Errors: gateway_overloaded. */
export const createOverload = ({ operations, limits, metrics, loopDelay }: Deps): Middleware => {
  const polls = pollsOf(operations);
  const urgencyOf = ({ method, path }: Pick<Context, 'method' | 'path'>): Urgency =>
    method === 'GET' && polls.some((pattern) => pattern.test(path)) ? 'poll' : 'other';
  let running = 0;
  return (ctx, next) => {
    const urgency = urgencyOf(ctx);
    if (isShed({ delay: loopDelay(), running }, urgency, limits)) {
      metrics.requestShed({ urgency });
      throw fail('gateway_overloaded', { retryAfter });
    }
    if (urgency === 'other') {
      running += 1;
      ctx.res.on('close', () => {
        running -= 1;
      });
    }
    return next();
  };
};
