interface Entry<V> {
  readonly value: V;
  readonly expiresAt: number;
}

/** A map that never returns an expired entry. */
export interface ExpiringMap<V> {
  get(key: string, now: number): V | undefined;
  set(key: string, value: V, expiresAt: number): void;
  delete(key: string): void;
  /** The unexpired entries that satisfy `test`, oldest first. */
  filter(test: (value: V) => boolean, now: number): [key: string, value: V][];
  /** Removes at most `limit` expired entries; returns how many. */
  sweep(now: number, limit: number): number;
}

export const createExpiringMap = <V>(): ExpiringMap<V> => {
  const entries = new Map<string, Entry<V>>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry && entry.expiresAt > now ? entry.value : undefined;
    },
    set(key, value, expiresAt) {
      entries.set(key, { value, expiresAt });
    },
    delete(key) {
      entries.delete(key);
    },
    filter: (test, now) =>
      [...entries]
        .filter(([, entry]) => entry.expiresAt > now && test(entry.value))
        .map(([key, { value }]) => [key, value]),
    sweep(now, limit) {
      const expired = [...entries].filter(([, { expiresAt }]) => expiresAt <= now).slice(0, limit);
      for (const [key] of expired) entries.delete(key);
      return expired.length;
    },
  };
};
