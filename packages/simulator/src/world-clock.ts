import type { Clock } from '#src/lib/clock';

/** The time of the simulated world: the machine's, and however far the world has travelled ahead of it. */
export interface WorldClock extends Clock {
  /** Milliseconds ahead of the machine. */
  readonly ahead: number;
  /** Moves the world on by `ms`; waits that fall due on the way end. */
  advance(ms: number): void;
  /** Puts the world `ms` ahead of the machine: 0 to come back, more after a restart. */
  set(ms: number): void;
}

/** The longest that a timer of Node.js can run. */
const longestWait = 2 ** 31 - 1;

export const createWorldClock = (machine: Clock): WorldClock => {
  let ahead = 0;
  let travel = new AbortController();
  const now = (): number => machine.now() + ahead;
  const set = (ms: number): void => {
    ahead = ms;
    travel.abort();
    travel = new AbortController();
  };

  const waitUntil = async (due: number, signal: AbortSignal | undefined): Promise<void> => {
    while (now() < due) {
      const interrupted = travel.signal;
      const signals = signal ? [signal, interrupted] : [interrupted];
      await machine
        .wait(Math.min(due - now(), longestWait), AbortSignal.any(signals))
        .catch((reason: unknown) => {
          // Interrupted by travel: whoever waits looks at the time again.
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
