import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '#src/lib/clock';

/** Milliseconds. */
const resolution = 20;
const interval = 500;

/**
 * The median delay of the event loop in milliseconds, as of the last half second: a single pause, as of a garbage collection, is no
 * overload.
 */
export const createLoopDelay = (clock: Pick<Clock, 'monotonic'>): (() => number) => {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  let measuredAt = clock.monotonic();
  let delay = 0;
  return () => {
    const now = clock.monotonic();
    if (now - measuredAt < interval) return delay;
    measuredAt = now;
    delay = histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(50) / 1e6 - resolution);
    histogram.reset();
    return delay;
  };
};
