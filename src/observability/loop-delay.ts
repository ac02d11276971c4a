import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '#src/lib/clock';

/** Milliseconds. */
const resolution = 20;
const interval = 500;
const period = 10;

/** Delay of the event loop in milliseconds. */
export interface LoopDelay {
  /** How long the current event has waited for its turn, at least. */
  now(): number;
  /** The median of the last half second: a single pause, such as a garbage collection, is not overload. */
  median(): number;
}

export const createLoopDelay = (clock: Pick<Clock, 'monotonic'>): LoopDelay => ({
  now: createOverdue(clock),
  median: createMedian(clock),
});

/**
 * How long a timer that fires once per turn of the loop is overdue: it shows a long turn while that lasts, not only afterwards.
 * The timer runs as long as the delay is being read.
 */
const createOverdue = (clock: Pick<Clock, 'monotonic'>): (() => number) => {
  let due: number | undefined;
  let isAsked = false;
  const start = (): void => {
    due = clock.monotonic() + period;
    isAsked = false;
    setTimeout(tick, period).unref();
  };
  const tick = (): void => {
    due = undefined;
    if (isAsked) start();
  };
  return () => {
    isAsked = true;
    if (due === undefined) start();
    return due === undefined ? 0 : Math.max(0, clock.monotonic() - due);
  };
};

const createMedian = (clock: Pick<Clock, 'monotonic'>): (() => number) => {
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
