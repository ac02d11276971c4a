import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Limits } from '#src/soft-state/allowance';
import type { AllowanceStore } from '#src/soft-state/ports';

export interface RateLimiter {
  /**
   * Resolves when a call for this device may be sent. Errors: gateway_throttled when that would take longer than
   * `maxWait` milliseconds; the signal's reason when it was aborted.
   */
  acquire(address: string, maxWait: number, signal?: AbortSignal): Promise<void>;
  /** After a 429 for this device: no calls for `pause` milliseconds. */
  backOff(address: string, pause: number): Promise<void>;
}

interface Deps {
  readonly allowances: AllowanceStore;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Calls that may wait at the same time, of all devices together. */
  readonly maxWaiting?: number;
}

/** Keeps each device within its allowance by delaying its calls. */
export const createRateLimiter = (deps: Deps): RateLimiter => {
  const { allowances, limits, clock, maxWaiting = 10_000 } = deps;
  let waiting = 0;

  const wait = async (ms: number, signal?: AbortSignal): Promise<void> => {
    waiting += 1;
    try {
      await clock.wait(ms, signal);
    } finally {
      waiting -= 1;
    }
  };

  return {
    acquire: async (address, maxWait, signal) => {
      const patience = clock.monotonic() + maxWait;
      do {
        const now = clock.monotonic();
        const latest = waiting < maxWaiting ? patience : Math.min(now, patience);
        const reserved = allowances.reserve({ key: address, limits, now, latest });
        const at = typeof reserved === 'number' ? reserved : await reserved;
        if (at > latest)
          throw fail('gateway_throttled', { retryAfter: Math.max(1, Math.ceil((at - now) / 1000)) });
        if (at <= clock.monotonic()) return;
        await wait(at - clock.monotonic(), signal);
        // A 429 for an earlier call may have silenced the device meanwhile.
      } while ((await allowances.quietUntil(address)) > clock.monotonic());
    },
    backOff: (address, pause) => allowances.silence({ key: address, limits, now: clock.monotonic(), pause }),
  };
};
