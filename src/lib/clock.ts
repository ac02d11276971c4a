/** Time as an argument: nothing outside this file reads the system clock. */
export interface Clock {
  /** Wall clock, milliseconds since 1970, for what is stored, shown or told by others. It may be set back or forward. */
  now(): number;
  /**
   * Whole milliseconds since some time before: for intervals, limits and the age of what is kept in memory. Processes of
   * one machine read the same (CLOCK_MONOTONIC and its likes).
   */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `act` after `ms`. Returns how to prevent that. Takes a fraction of the memory of `wait`. */
  after(ms: number, act: () => void): () => void;
}

/** `performance.now()` counts from the start of this thread. */
const threadStart = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => Math.floor(threadStart + performance.now()),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

export const seconds = (ms: number): number => Math.floor(ms / 1000);
