import { setImmediate } from 'node:timers/promises';
import { KinpassError } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { ChangeKey, ChangeListener } from '#src/stores/change-feed';

/** Someone who waits for an answer. */
export interface Waiter {
  /** What they are identified by: account, instance, sign-in. */
  readonly keys: readonly ChangeKey[];
  /** The generation from before they were identified. */
  readonly since: number;
  /** Identifies them again; rejects as a call of theirs would now. */
  check(): Promise<unknown>;
  /** Called at most once, with that error. */
  ended(error: KinpassError): void;
  /** This process ends: they go on elsewhere. */
  handOver(): void;
}

export interface Waiters extends ChangeListener {
  /** Grows with each change that may concern a waiter. */
  generation(): number;
  /** Checks the waiter whenever they may have ended. Returns how to stop that. */
  follow(waiter: Waiter): () => void;
  /** All who wait, and whoever comes after, are to go on elsewhere. */
  handOver(): void;
}

/** Checked together; other work gets its turn after each group. */
const groupSize = 20;

const nameOf = ({ kind, id }: ChangeKey): string => compositeKey(kind, id);

/**
 * Ends those who wait as soon as a call of theirs would be refused. Whose check fails otherwise, because the store is
 * away, is checked again at the next turn.
 */
export const createWaiters = (): Waiters => {
  const waiting = new Set<Waiter>();
  const byKey = new Map<string, Set<Waiter>>();
  /** Checked from the end: whom a change names comes before those whom other settings might concern. */
  const doubted: Waiter[] = [];
  let generation = 0;
  let checking = false;
  let isHandingOver = false;

  const leave = (waiter: Waiter): void => {
    waiting.delete(waiter);
    for (const name of waiter.keys.map(nameOf)) {
      const others = byKey.get(name);
      others?.delete(waiter);
      if (others?.size === 0) byKey.delete(name);
    }
  };

  /** True if it could not be told. */
  const isUnclear = async (waiter: Waiter): Promise<boolean> => {
    if (!waiting.has(waiter)) return false;
    try {
      await waiter.check();
      return false;
    } catch (error) {
      if (!(error instanceof KinpassError) || error.status >= 500) return true;
      leave(waiter);
      waiter.ended(error);
      return false;
    }
  };

  const checkDoubted = async (): Promise<void> => {
    if (checking) return;
    checking = true;
    const unclear: Waiter[] = [];
    while (doubted.length > 0) {
      const group = doubted.splice(-groupSize);
      const results = await Promise.all(group.map(isUnclear));
      unclear.push(...group.filter((_, index) => results[index]));
      await setImmediate();
    }
    doubted.push(...unclear);
    checking = false;
  };

  const doubt = (waiters: Iterable<Waiter>): void => {
    generation += 1;
    for (const waiter of waiters) doubted.push(waiter);
  };

  return {
    generation: () => generation,
    follow: (waiter) => {
      waiting.add(waiter);
      for (const name of waiter.keys.map(nameOf)) {
        const others = byKey.get(name) ?? new Set();
        byKey.set(name, others.add(waiter));
      }
      if (waiter.since !== generation) {
        doubted.push(waiter);
        void checkDoubted();
      }
      if (isHandingOver) waiter.handOver();
      return () => leave(waiter);
    },
    changed: (key) => doubt(byKey.get(nameOf(key)) ?? []),
    missed: () => doubt(waiting),
    upToDate: () => void checkDoubted(),
    handOver: () => {
      isHandingOver = true;
      for (const waiter of waiting) waiter.handOver();
    },
  };
};
