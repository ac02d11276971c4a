import type { Clock } from '#src/lib/clock';

interface Entry<V> {
  readonly value: V;
  readonly expiresAt: number;
}

/** A map that never returns an expired entry and removes some of them at each write. */
export interface ExpiringMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V, expiresAt: number): void;
  delete(key: string): void;
  /** The unexpired entries that satisfy `test`, oldest first. */
  filter(test: (value: V) => boolean): [key: string, value: V][];
}

const lookedAtPerWrite = 2;

export const createExpiringMap = <V>(clock: Clock): ExpiringMap<V> => {
  const entries = new Map<string, Entry<V>>();
  let round = entries.entries();
  const isOver = ({ expiresAt }: Entry<V>): boolean => expiresAt <= clock.now();

  const sweep = () => {
    for (let looked = 0; looked < lookedAtPerWrite; looked += 1) {
      const next = round.next();
      if (next.done) {
        round = entries.entries();
        return;
      }
      const [key, entry] = next.value;
      if (isOver(entry)) entries.delete(key);
    }
  };

  return {
    get(key) {
      const entry = entries.get(key);
      return entry && !isOver(entry) ? entry.value : undefined;
    },
    set(key, value, expiresAt) {
      entries.set(key, { value, expiresAt });
      sweep();
    },
    delete(key) {
      entries.delete(key);
    },
    filter: (test) =>
      [...entries]
        .filter(([, entry]) => !isOver(entry) && test(entry.value))
        .map(([key, { value }]) => [key, value]),
  };
};
