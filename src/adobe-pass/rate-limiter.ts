import type { Clock } from '#src/lib/clock';
import type { Limits } from '#src/soft-state/allowance';
import type { AllowanceStore } from '#src/soft-state/ports';
import type { Waiting } from './fair-order.ts';
import { addressBusy, createWaitingLine, type WaitingLine } from './waiting-line.ts';

export interface Acquisition extends Waiting {
  /** The device's. */
  readonly address: string;
  /** Milliseconds. */
  readonly maxWait: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RateLimiter {
  /**
   * Resolves when a call for this address may be sent. Errors: gateway_address_busy when that would take longer than
   * `maxWait`, or other calls are worth more; the signal's reason when it was aborted.
   */
  acquire(acquisition: Acquisition): Promise<void>;
  /** After a 429 for this address: no calls for `pause` milliseconds. */
  backOff(address: string, pause: number): Promise<void>;
}

interface Deps {
  readonly allowances: AllowanceStore;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Calls that may wait at the same time, of all devices together. */
  readonly maxWaiting?: number;
}

/** Keeps each address within its allowance by delaying its calls, those that are worth most the least. */
export const createRateLimiter = (deps: Deps): RateLimiter => {
  const { allowances, limits, clock, maxWaiting = 10_000 } = deps;
  const lines = new Map<string, WaitingLine>();
  let waiting = 0;
  /** Soft state of one reading is none of the other's. */
  const keyOf = (address: string): string => (limits.mode === 'once' ? `once ${address}` : address);

  const reserve = (key: string, latest: number): number | Promise<number> =>
    allowances.reserve({ key, limits, now: clock.monotonic(), latest });

  const lineOf = (key: string): WaitingLine => {
    const known = lines.get(key);
    if (known) return known;
    const line = createWaitingLine({
      clock,
      reserve: async (latest) => reserve(key, latest),
      quietUntil: () => allowances.quietUntil(key),
      emptied: () => lines.delete(key),
    });
    lines.set(key, line);
    return line;
  };

  return {
    acquire: async ({ address, maxWait, ...turn }) => {
      const key = keyOf(address);
      const now = clock.monotonic();
      const latest = waiting < maxWaiting ? now + maxWait : Math.min(now, now + maxWait);
      const reserved = reserve(key, latest);
      const at = typeof reserved === 'number' ? reserved : await reserved;
      const hasLine = lines.has(key);
      if (!hasLine && at > latest) throw addressBusy(at, now);
      if (!hasLine && at <= clock.monotonic()) return;
      turn.signal?.throwIfAborted();
      waiting += 1;
      try {
        await lineOf(key).join({ ...turn, latest }, at);
      } finally {
        waiting -= 1;
      }
    },
    backOff: (address, pause) =>
      allowances.silence({ key: keyOf(address), limits, now: clock.monotonic(), pause }),
  };
};
