import type { Clock } from '#src/lib/clock';
import { createLoopDelay } from './loop-delay.ts';

/** How busy a process is. */
export interface Load {
  /** Milliseconds that work waits for the event loop. */
  readonly delay: number;
  /** Requests in progress: all that have arrived with their body, except those that wait for a profile. */
  readonly running: number;
}

/** How busy this process is, whatever settings it has. */
export const createLoadMeter = (clock: Pick<Clock, 'monotonic'>) => {
  const loopDelay = createLoopDelay(clock);
  let running = 0;
  return {
    load: (): Load => ({ delay: loopDelay.now(), running }),
    /** See `LoopDelay`. */
    medianDelay: loopDelay.median,
    running: (): number => running,
    begin: (): void => {
      running += 1;
    },
    end: (): void => {
      running -= 1;
    },
  };
};

export type LoadMeter = ReturnType<typeof createLoadMeter>;
