import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '#src/lib/clock';

interface Watched {
  /** Undefined if there is nothing that emits events. */
  readonly directory: string | undefined;
  /** Which names in the directory are worth a look; all of them if absent. */
  readonly isRelevant?: (name: string) => boolean;
  /** Differs whenever what is watched has changed. */
  fingerprint(): Promise<string>;
  /** How long the fingerprint must stay the same before a change is reported, milliseconds: editors truncate before they write. */
  readonly settleTime: number;
}

interface Deps {
  readonly clock: Pick<Clock, 'wait'>;
  readonly onChange: () => Promise<void>;
  /** Called at least every ten seconds, whether or not anything has changed. */
  readonly onTick?: () => void;
}

/** Some file systems (network, containers) emit no events, so the fingerprint is also compared at intervals. */
const interval = 10_000;

/**
 * Calls `onChange` whenever the fingerprint is no longer the last one seen; `seen` is the one to start from, so that no
 * change between reading and watching is missed. Returns a function that stops watching.
 */
export const watchForChanges = (
  seen: string,
  { directory, isRelevant = () => true, fingerprint, settleTime }: Watched,
  { clock, onChange, onTick }: Deps,
): (() => void) => {
  const stopped = new AbortController();
  let last = seen;
  let event = Promise.withResolvers<void>();

  const compare = async (): Promise<void> => {
    for (let found = await fingerprint(); found !== last; found = await fingerprint()) {
      if (stopped.signal.aborted) return;
      if (settleTime > 0) {
        await clock.wait(settleTime, stopped.signal);
        if ((await fingerprint()) !== found) continue;
      }
      last = found;
      await onChange();
    }
  };
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await compare().catch(() => undefined); // an unreadable folder is reported by whoever reads it
      if (stopped.signal.aborted) return;
      onTick?.();
      const woken = new AbortController();
      const pause = clock.wait(interval, AbortSignal.any([stopped.signal, woken.signal]));
      await Promise.race([event.promise, pause]);
      woken.abort();
      pause.catch(() => undefined);
      event = Promise.withResolvers();
    }
  };
  const watcher = startWatcher(directory, isRelevant, () => event.resolve());
  run().catch(() => undefined); // rejects when stopped
  return () => {
    stopped.abort();
    watcher?.close();
  };
};

const startWatcher = (
  directory: string | undefined,
  isRelevant: (name: string) => boolean,
  onEvent: () => void,
): FSWatcher | undefined => {
  if (directory === undefined) return undefined;
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => {
      if (name === null || isRelevant(name)) onEvent(); // some systems report no name
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined; // no watches left: the interval remains
  }
};
