import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { createLru } from '#src/lib/lru';
import { fullAllowance, type Limits, reserve, silence } from './throttle.ts';

export interface RateLimiter {
  /**
   * Resolves when a call for this device may be sent. Errors: gateway_throttled when that would take longer than
   * `maxWait` milliseconds; the signal's reason when it was aborted.
   */
  acquire(address: string, maxWait: number, signal?: AbortSignal): Promise<void>;
  /** After a 429 for this device: no calls for `pause` milliseconds. */
  backOff(address: string, pause: number): void;
}

interface Deps {
  readonly limits: Limits;
  readonly clock: Clock;
  /** Calls that may wait at the same time, of all devices together. */
  readonly maxWaiting?: number;
}

const maxAddresses = 100_000;

/** Keeps each device within its allowance by delaying its calls. */
export const createRateLimiter = ({ limits, clock, maxWaiting = 10_000 }: Deps): RateLimiter => {
  const allowances = createLru<ReturnType<typeof silence>>(maxAddresses);
  const of = (address: string) => allowances.get(address) ?? fullAllowance;
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
      const latest = clock.now() + maxWait;
      do {
        const now = clock.now();
        const { at, left } = reserve(of(address), now, limits);
        if (at > latest || (at > now && waiting >= maxWaiting)) {
          throw fail('gateway_throttled', { retryAfter: Math.max(1, Math.ceil((at - now) / 1000)) });
        }
        allowances.set(address, left);
        if (at > now) await wait(at - now, signal);
        // A 429 for an earlier call may have blocked the device meanwhile.
      } while (of(address).quietUntil > clock.now());
    },
    backOff: (address, pause) => allowances.set(address, silence(of(address), clock.now(), pause, limits)),
  };
};
