import { createHistogram } from 'node:perf_hooks';

export interface Outcome {
  readonly requests: number;
  readonly errors: number;
  /** Why the first of them failed. */
  readonly firstError: string | undefined;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Counts requests and how long each took. */
export const createTally = () => {
  const micros = createHistogram();
  const started = performance.now();
  let errors = 0;
  let firstError: string | undefined;
  return {
    /** Runs one request; resolves to whether it went well. */
    count: async (request: () => Promise<unknown>): Promise<boolean> => {
      const from = performance.now();
      try {
        await request();
        micros.record(Math.max(1, Math.round((performance.now() - from) * 1_000)));
        return true;
      } catch (error) {
        errors += 1;
        firstError ??= error instanceof Error ? error.message : String(error);
        return false;
      }
    },
    outcome: (): Outcome => ({
      requests: micros.count,
      errors,
      firstError,
      perSecond: (micros.count * 1_000) / (performance.now() - started),
      p50: micros.percentile(50) / 1_000,
      p99: micros.percentile(99) / 1_000,
    }),
  };
};
