import type { Clock } from '#src/lib/clock';

/** Single-use ids, remembered until they would be rejected as expired. */
export const createReplayCache = ({ clock }: { clock: Clock }) => {
  const used = new Map<string, number>();
  return {
    /** Uses the id; returns false if it was used before. `until` is epoch milliseconds. */
    use: (id: string, until: number): boolean => {
      for (const [old, end] of used) if (end <= clock.now()) used.delete(old);
      if (used.has(id)) return false;
      used.set(id, until);
      return true;
    },
  };
};
