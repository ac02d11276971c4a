import type { Clock } from '#src/lib/clock';

/** Simulated time: real time plus an offset. */
export interface WorldClock extends Clock {
  /** Milliseconds ahead of real time. */
  readonly ahead: number;
  /** Advances by `ms`; waits that become due resolve. */
  advance(ms: number): void;
  /** Sets the offset: 0 for a reset, the saved value after a restart. */
  set(ms: number): void;
}

/** The maximum delay of a Node.js timer. */
const maxDelay = 2 ** 31 - 1;

export const createWorldClock = (machine: Clock): WorldClock => {
  let ahead = 0;
  let jump = new AbortController();
  const now = (): number => machine.now() + ahead;
  const set = (ms: number): void => {
    ahead = ms;
    jump.abort();
    jump = new AbortController();
  };

  const waitUntil = async (due: number, signal: AbortSignal | undefined): Promise<void> => {
    while (now() < due) {
      const interrupted = jump.signal;
      const signals = signal ? [signal, interrupted] : [interrupted];
      await machine
        .wait(Math.min(due - now(), maxDelay), AbortSignal.any(signals))
        .catch((reason: unknown) => {
          // The clock jumped: check the time again.
          signal?.throwIfAborted();
          if (!interrupted.aborted) throw reason;
        });
    }
  };

  return {
    now,
    set,
    advance: (ms) => set(ahead + ms),
    get ahead() {
      return ahead;
    },
    wait: async (ms, signal) => {
      signal?.throwIfAborted();
      await waitUntil(now() + ms, signal);
    },
  };
};
