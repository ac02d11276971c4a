import { setTimeout } from 'node:timers/promises';
import { systemClock } from '#src/lib/clock';

/** Milliseconds. */
const [longest, pause] = [10_000, 5];

/** Tries until it holds: for what another process hears of. Needs no test runner. */
export const eventually = async (holds: () => void | Promise<void>): Promise<void> => {
  const until = systemClock.monotonic() + longest;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (systemClock.monotonic() > until) throw error;
      await setTimeout(pause);
    }
  }
};
