export interface SharedRun<T> {
  /** What comes of the run, unless this one leaves first: then the signal's reason. */
  join(signal?: AbortSignal): Promise<T>;
  readonly outcome: Promise<T>;
  /** Whether everyone has left. */
  readonly isAbandoned: boolean;
}

/** One run for all who join it. It is aborted when the last of them has left, and by nobody else. */
export const createSharedRun = <T>(run: (signal: AbortSignal) => Promise<T>): SharedRun<T> => {
  const abandoned = new AbortController();
  const outcome = run(abandoned.signal);
  outcome.catch(() => undefined);
  let joined = 0;

  return {
    outcome,
    join: (signal) => {
      joined += 1;
      if (!signal) return outcome;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const leave = (): void => {
        reject(signal.reason);
        joined -= 1;
        if (joined === 0) abandoned.abort(signal.reason);
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      const stay = () => signal.removeEventListener('abort', leave);
      outcome.then(resolve, reject).finally(stay);
      return promise;
    },
    get isAbandoned() {
      return abandoned.signal.aborted;
    },
  };
};
