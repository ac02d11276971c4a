import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { ChangeKey } from '#src/stores/change-feed';
import type { Waiters } from './waiters.ts';

/** `changed`: it may be another one now. `handed-over`: this process ends, or other settings apply. */
export type Waited = 'changed' | 'unchanged' | 'handed-over';

interface Deps {
  readonly waiters: Pick<Waiters, 'follow' | 'generation'>;
  readonly clock: Clock;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Devices that may wait at the same time. */
  readonly maxWaiters?: number | undefined;
}

interface Question {
  isPending(): Promise<boolean>;
  /** Milliseconds. */
  readonly hold: number;
  readonly signal: AbortSignal;
  /** What the code belongs to. */
  readonly keys: readonly ChangeKey[];
}

/** Milliseconds, however small the interval of the settings is. */
const minInterval = 1_000;

/**
 * Waits until the viewer of a device has decided, or its code has expired. Looks as often as the device would ask. Errors:
 * gateway_unavailable, when too many wait; those of the store.
 */
export const createWatchSignIn = ({ waiters, clock, interval, maxWaiters = 20_000 }: Deps) => {
  let waiting = 0;

  const look = async ({ isPending, hold, signal }: Omit<Question, 'keys'>): Promise<Waited> => {
    const until = clock.monotonic() + hold;
    for (;;) {
      const left = until - clock.monotonic();
      if (left <= 0) return 'unchanged';
      await clock.wait(Math.min(left, Math.max(minInterval, interval)), signal);
      if (!(await isPending())) return 'changed';
    }
  };

  return async ({ signal, keys, ...question }: Question): Promise<Waited> => {
    if (waiting >= maxWaiters) throw fail('gateway_unavailable', { retryAfter: 5 });
    waiting += 1;
    const left = new AbortController();
    const handedOver = Promise.withResolvers<Waited>();
    const handOver = () => handedOver.resolve('handed-over');
    const stopFollowing = waiters.follow({
      keys,
      since: waiters.generation(),
      // Whatever has changed, a new request is judged by it.
      check: async () => handOver(),
      ended: handOver,
      handOver,
    });
    try {
      const looked = look({ ...question, signal: AbortSignal.any([signal, left.signal]) });
      looked.catch(() => undefined);
      return await Promise.race([looked, handedOver.promise]);
    } finally {
      waiting -= 1;
      stopFollowing();
      left.abort();
    }
  };
};

export type WatchSignIn = ReturnType<typeof createWatchSignIn>;
