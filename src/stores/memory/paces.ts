import type { PaceStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

export const createPaceStore = ({ paces }: Tables): PaceStore => ({
  async accept({ key, now, pace, expiresAt }) {
    const last = paces.get(key, now);
    const interval = Math.max(pace.interval, last?.interval ?? 0);
    const early = last !== undefined && now - last.acceptedAt < interval - pace.tolerance;
    const slower = Math.max(pace.interval, Math.min((last?.interval ?? 0) + pace.penalty, pace.maxInterval));
    const acceptedAt = early ? last.acceptedAt : now;
    paces.set(key, { acceptedAt, interval: early ? slower : interval }, expiresAt);
    return !early;
  },
});
