import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';

interface Deps {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Called with the app and the time in milliseconds. */
  readonly observed: (app: string, ms: number) => void;
}

/** Viewers on their way, of one process. */
const maxWays = 10_000;
/** Milliseconds after which somebody came back rather than having taken so long. */
const longest = 60 * 60_000;

/**
 * How long viewers take from the first start that needs a step of them to the start that plays. A way has several names: its
 * device code, and its instance once there is one. What this process has not seen begin is not observed.
 */
export const createTimeToPlay = ({ clock, observed }: Deps) => {
  const begun = createLru<number>(maxWays);
  const firstOf = (names: readonly string[]): number | undefined =>
    names
      .map((name) => begun.get(name))
      .filter((at) => at !== undefined)
      .sort((a, b) => a - b)[0];

  return {
    /** A step is to be taken first. */
    waits: (names: readonly string[]): void => {
      const now = clock.monotonic();
      const first = firstOf(names) ?? now;
      for (const name of names) begun.set(name, now - first > longest ? now : first);
    },
    plays: (names: readonly string[], app: string): void => {
      const first = firstOf(names);
      for (const name of names) begun.delete(name);
      if (first === undefined) return;
      const ms = clock.monotonic() - first;
      if (ms <= longest) observed(app, ms);
    },
  };
};

export type TimeToPlay = ReturnType<typeof createTimeToPlay>;
