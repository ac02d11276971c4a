import { createLru } from '#src/lib/lru';
import type { PaceStore } from '../ports.ts';

interface Kept {
  readonly acceptedAt: number;
  readonly interval: number;
  readonly expiresAt: number;
}

/** One for each device that polls. */
const max = 100_000;

export const createPaces = (): PaceStore => {
  const paces = createLru<Kept>(max);
  return {
    async accept({ key, now, pace, expiresAt }) {
      const kept = paces.get(key);
      const last = kept && kept.expiresAt > now ? kept : undefined;
      const interval = Math.max(pace.interval, last?.interval ?? 0);
      const early = last !== undefined && now - last.acceptedAt < interval - pace.tolerance;
      const slower = Math.max(
        pace.interval,
        Math.min((last?.interval ?? 0) + pace.penalty, pace.maxInterval),
      );
      const acceptedAt = early ? last.acceptedAt : now;
      paces.set(key, { acceptedAt, interval: early ? slower : interval, expiresAt });
      return !early;
    },
  };
};
