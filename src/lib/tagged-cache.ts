import { createLru } from './lru.ts';

interface Entry<V> {
  readonly value: V;
  readonly tags: readonly string[];
}

/** A bounded map whose entries are dropped by what they rest on: each has tags, which other entries may share. */
export const createTaggedCache = <V>(max: number) => {
  /** One key is kept without a list around it: most tags have one. */
  const tagged = new Map<string, string | readonly string[]>();

  const keysOf = (tag: string): readonly string[] => {
    const keys = tagged.get(tag) ?? [];
    return typeof keys === 'string' ? [keys] : keys;
  };
  const tag = (key: string, tags: readonly string[]): void => {
    for (const each of tags) {
      const keys = keysOf(each);
      tagged.set(each, keys.length === 0 ? key : [...keys, key]);
    }
  };
  const untag = (key: string, { tags }: Entry<V>): void => {
    for (const each of tags) {
      const [first, ...others] = keysOf(each).filter((other) => other !== key);
      if (first === undefined) tagged.delete(each);
      else tagged.set(each, others.length === 0 ? first : [first, ...others]);
    }
  };
  const entries = createLru<Entry<V>>(max, untag);

  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    untag(key, entry);
  };

  return {
    get: (key: string): V | undefined => entries.get(key)?.value,
    set(key: string, value: V, tags: readonly string[]): void {
      remove(key);
      entries.set(key, { value, tags });
      tag(key, tags);
    },
    /** Drops the entries with this tag. */
    drop: (tag: string): void => keysOf(tag).forEach(remove),
    clear(): void {
      entries.clear();
      tagged.clear();
    },
    get size(): number {
      return entries.size;
    },
  };
};

export type TaggedCache<V> = ReturnType<typeof createTaggedCache<V>>;
