/** Counts by key; a key that nothing counts for takes no memory. */
export const createTally = () => {
  const counts = new Map<string, number>();
  return {
    count: (key: string): number => counts.get(key) ?? 0,
    /** Returns how to take it back, which is to be done once. */
    add: (key: string): (() => void) => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return () => {
        const left = (counts.get(key) ?? 0) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      };
    },
  };
};
