import type { Clock } from '#src/lib/clock';

export interface ManualClock extends Clock {
  /** Moves time on by `ms`; what falls due on the way resolves in its order, at its own time. */
  advance(ms: number): Promise<void>;
  /** Moves time on by `ms` in one step, as if the process had slept: what is overdue resolves late, once. */
  leap(ms: number): Promise<void>;
  /** Sets the wall clock forward, or back if negative; no time passes. */
  setWallClock(ms: number): void;
  /** How many waits are still to come. */
  readonly waiting: number;
}

interface Wait {
  readonly due: number;
  readonly resolve: () => void;
}

/** A clock that stands still until it is told to move. */
export const createManualClock = (start = Date.UTC(2030, 0, 1)): ManualClock => {
  let time = 1_000_000;
  /** The wall clock less the monotonic one. */
  let offset = start - time;
  const waits = new Set<Wait>();

  const nextDue = (until: number): Wait | undefined =>
    [...waits].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];

  return {
    now: () => time + offset,
    monotonic: () => time,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          waits.delete(wait);
          reject(signal?.reason);
        };
        const wait: Wait = {
          due: time + ms,
          resolve: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        waits.add(wait);
      }),
    after: (ms, act) => {
      const wait: Wait = { due: time + ms, resolve: act };
      waits.add(wait);
      return () => void waits.delete(wait);
    },
    advance: async (ms) => {
      const until = time + ms;
      for (let wait = nextDue(until); wait; wait = nextDue(until)) {
        time = Math.max(time, wait.due);
        waits.delete(wait);
        wait.resolve();
        await new Promise(setImmediate); // lets whoever waited go on, and perhaps wait again
      }
      time = until;
    },
    leap: async (ms) => {
      time += ms;
      for (const wait of [...waits].filter(({ due }) => due <= time).sort((a, b) => a.due - b.due)) {
        waits.delete(wait);
        wait.resolve();
        await new Promise(setImmediate);
      }
    },
    setWallClock: (ms) => {
      offset += ms;
    },
    get waiting() {
      return waits.size;
    },
  };
};
