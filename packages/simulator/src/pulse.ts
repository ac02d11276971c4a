/** Tells whoever looks on that something happened, not what. */
export const createPulse = () => {
  const watchers = new Set<() => void>();
  return {
    beat: (): void => {
      for (const watch of watchers) watch();
    },
    /** Answers how to stop. */
    watch: (watcher: () => void): (() => void) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
};

export type Pulse = ReturnType<typeof createPulse>;
