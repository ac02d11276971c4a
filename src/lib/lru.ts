interface Slot<V> {
  readonly key: string;
  /** Its place on the clock. */
  readonly at: number;
  value: V;
  used: boolean;
}

/**
 * A map of at most `max` entries. When it is full, the "clock" algorithm evicts an entry that was not used since the hand
 * last passed it: about the least recently used one, and a hit moves nothing. `evicted` is called with that entry.
 */
export const createLru = <V>(max: number, evicted?: (key: string, value: V) => void) => {
  const slots = new Map<string, Slot<V>>();
  let ring: (Slot<V> | undefined)[] = [];
  let free: number[] = [];
  let hand = 0;

  /** All places are taken: the one whose entry goes. */
  const makeRoom = (): number => {
    for (;;) {
      const slot = ring[hand] as Slot<V>;
      hand = (hand + 1) % max;
      if (!slot.used) {
        slots.delete(slot.key);
        evicted?.(slot.key, slot.value);
        return slot.at;
      }
      slot.used = false;
    }
  };

  return {
    get(key: string): V | undefined {
      const slot = slots.get(key);
      if (!slot) return undefined;
      slot.used = true;
      return slot.value;
    },
    set(key: string, value: V): void {
      const known = slots.get(key);
      if (known) {
        known.value = value;
        known.used = true;
        return;
      }
      const at = free.pop() ?? (ring.length < max ? ring.length : makeRoom());
      const slot = { key, at, value, used: false };
      ring[at] = slot;
      slots.set(key, slot);
    },
    delete(key: string): boolean {
      const slot = slots.get(key);
      if (!slot) return false;
      ring[slot.at] = undefined;
      free.push(slot.at);
      return slots.delete(key);
    },
    /** In no order. */
    *values(): Generator<V> {
      for (const { value } of slots.values()) yield value;
    },
    clear(): void {
      slots.clear();
      ring = [];
      free = [];
      hand = 0;
    },
    get size(): number {
      return slots.size;
    },
  };
};
