import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '#src/lib/clock';
import { createSingleFlight } from '#src/lib/single-flight';
import { stampOf } from './folder.ts';

interface Deps {
  readonly directory: string;
  readonly clock: Pick<Clock, 'wait'>;
  /** The ledger or a key file has changed. */
  readonly onChange: () => Promise<void>;
  /** Every so often, whether or not anything has changed. */
  readonly onTick: () => void;
}

/** Watching fails silently on some file systems (network, containers), so that we look for ourselves besides. */
const interval = 10_000;

/** Looks after the keys directory. Answers how to stop. */
export const watchFolder = ({ directory, clock, onChange, onTick }: Deps): (() => void) => {
  const ending = new AbortController();
  const once = createSingleFlight<void>();
  let seen: string | undefined;
  const look = async (): Promise<void> => {
    const stamp = await stampOf(directory);
    if (stamp === seen || ending.signal.aborted) return;
    const first = seen === undefined;
    seen = stamp;
    if (!first) await onChange();
    await look(); // what changed meanwhile
  };
  /** A change during a look is found by the next: two looks in a row miss nothing. */
  const lookTwice = () => once('look', look).then(() => once('look', look));

  const poll = async (): Promise<void> => {
    await lookTwice();
    while (!ending.signal.aborted) {
      await clock.wait(interval, ending.signal);
      await lookTwice();
      onTick();
    }
  };
  const quiet = (): void => {}; // a folder that cannot be read is told by the reload itself
  const watcher = startWatcher(directory, () => void lookTwice().catch(quiet));
  void poll().catch(quiet);

  return () => {
    ending.abort();
    watcher?.close();
  };
};

const startWatcher = (directory: string, onEvent: () => void): FSWatcher | undefined => {
  try {
    const watcher = watch(directory, { persistent: false }, onEvent);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
};
