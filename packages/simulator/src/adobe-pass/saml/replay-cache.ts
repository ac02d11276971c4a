import type { Clock } from '#src/lib/clock';

/** One-time names, remembered for as long as anybody could bring them again. */
export const createReplayCache = ({ clock }: { clock: Clock }) => {
  const spent = new Map<string, number>();
  return {
    /** Whether the name is fresh; it is no more. `until` is epoch milliseconds. */
    spend: (name: string, until: number): boolean => {
      for (const [old, end] of spent) if (end <= clock.now()) spent.delete(old);
      if (spent.has(name)) return false;
      spent.set(name, until);
      return true;
    },
  };
};
