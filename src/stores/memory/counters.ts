import type { CounterStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

export const createCounterStore = ({ counters }: Tables): CounterStore => ({
  add: async (requested, now) =>
    requested.map(({ key, by, window }) => {
      const begun = counters.get(key, now);
      // One that ends more than a second after a new one was begun before the clock was set back.
      const isCurrent = begun !== undefined && begun.until <= now + window + 1_000;
      const { count, until } = isCurrent ? begun : { count: 0, until: now + window };
      const counted = { count: Math.max(0, count + by), until };
      counters.set(key, counted, until);
      return counted;
    }),
});
