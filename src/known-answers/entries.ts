export interface Entry {
  readonly key: string;
  /** By what it is dropped. */
  readonly tags: readonly string[];
  /** Bytes, about. */
  size: number;
}

/** Entries by key, as many as fit; the least recently used one goes first. */
export const createEntries = <E extends Entry>(maxBytes: number) => {
  /** In order of use. */
  const entries = new Map<string, E>();
  const tagged = new Map<string, Set<E>>();
  let bytes = 0;

  const isIn = (entry: E): boolean => entries.get(entry.key) === entry;

  const remove = (entry: E): void => {
    if (!isIn(entry)) return;
    entries.delete(entry.key);
    bytes -= entry.size;
    for (const tag of entry.tags) {
      const others = tagged.get(tag);
      others?.delete(entry);
      if (others?.size === 0) tagged.delete(tag);
    }
  };

  const makeRoom = (): void => {
    for (const oldest of entries.values()) {
      if (bytes <= maxBytes) return;
      remove(oldest);
    }
  };

  return {
    get: (key: string): E | undefined => entries.get(key),
    isIn,
    add: (entry: E): void => {
      const earlier = entries.get(entry.key);
      if (earlier) remove(earlier);
      entries.set(entry.key, entry);
      for (const tag of entry.tags) tagged.set(tag, (tagged.get(tag) ?? new Set()).add(entry));
      bytes += entry.size;
      makeRoom();
    },
    /** It was used. */
    touch: (entry: E): void => {
      entries.delete(entry.key);
      entries.set(entry.key, entry);
    },
    resize: (entry: E, size: number): void => {
      bytes += size - entry.size;
      entry.size = size;
      makeRoom();
    },
    remove,
    tagged: (tag: string): Iterable<E> => tagged.get(tag) ?? [],
    values: (): IteratorObject<E> => entries.values(),
    get bytes(): number {
      return bytes;
    },
  };
};

export type Entries<E extends Entry> = ReturnType<typeof createEntries<E>>;
