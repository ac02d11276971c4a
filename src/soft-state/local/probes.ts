import type { JsonObject } from '#src/lib/json';
import { createLru } from '#src/lib/lru';
import type { ProbeStore } from '../ports.ts';

const max = 100;

export const createProbes = (): ProbeStore => {
  const arrivals = createLru<{ readonly arrival: JsonObject; readonly expiresAt: number }>(max);
  return {
    async remember({ id, arrival, expiresAt }) {
      arrivals.set(id, { arrival, expiresAt });
    },
    async find(id, now) {
      const found = arrivals.get(id);
      return found && found.expiresAt > now ? found.arrival : undefined;
    },
  };
};
