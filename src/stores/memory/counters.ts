import type { CounterStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

export const createCounterStore = ({ counters }: Tables): CounterStore => ({
  add: async (requested, now) =>
    requested.map(({ key, by, window }) => {
      const { count, until } = counters.get(key, now) ?? { count: 0, until: now + window };
      const counted = { count: Math.max(0, count + by), until };
      counters.set(key, counted, until);
      return counted;
    }),
});
