type Listener = (text: string) => void;

/** Who listens to what, whether there is a connection or not. */
export const createChannels = () => {
  const listeners = new Map<string, Set<Listener>>();
  return {
    names: (): string[] => [...listeners.keys()],
    /** True for the first one. */
    add: (channel: string, listener: Listener): boolean => {
      const all = listeners.get(channel) ?? new Set();
      listeners.set(channel, all.add(listener));
      return all.size === 1;
    },
    /** True for the last one. */
    remove: (channel: string, listener: Listener): boolean => {
      const all = listeners.get(channel);
      return all?.delete(listener) === true && all.size === 0 && listeners.delete(channel);
    },
    hear: (channel: string, text: string): void => {
      for (const listener of listeners.get(channel) ?? []) {
        try {
          listener(text);
        } catch {
          // Not of this gateway, or damaged: as if it had not arrived.
        }
      }
    },
  };
};

export type Channels = ReturnType<typeof createChannels>;
