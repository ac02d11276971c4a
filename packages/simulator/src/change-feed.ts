/** Tells its subscribers that something changed, not what. */
export interface ChangeFeed {
  notify(): void;
  /** Returns a function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export const createChangeFeed = (): ChangeFeed => {
  const listeners = new Set<() => void>();
  return {
    notify: () => {
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
