import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';

interface Deps {
  readonly clock: Clock;
  readonly onChange: () => Promise<void>;
}

/** Some file systems (network, containers) tell of nothing, so that we look for ourselves besides. */
const interval = 10_000;
/** Editors empty a file before they write it: what is read must stand still for so long. */
const settled = 200;

/** What a file holds, as something to compare; '' for one that cannot be read. */
export const stampOf = (file: string): Promise<string> =>
  readFile(file).then(
    (bytes) => fingerprint(bytes.toString('base64')),
    () => '',
  );

/**
 * Calls `onChange` whenever the file holds something else than before; `seen` is what it held at first. The folder is
 * watched, since editors and Kubernetes put another file in its place. Answers how to stop.
 */
export const watchFile = (file: string, seen: string, { clock, onChange }: Deps): (() => void) => {
  const ending = new AbortController();
  let last = seen;
  let wake = Promise.withResolvers<void>();

  const look = async (): Promise<void> => {
    for (let stamp = await stampOf(file); stamp !== last; stamp = await stampOf(file)) {
      await clock.wait(settled, ending.signal);
      if ((await stampOf(file)) !== stamp) continue;
      last = stamp;
      await onChange();
    }
  };
  const follow = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await look();
      const rest = new AbortController();
      const pause = clock.wait(interval, AbortSignal.any([ending.signal, rest.signal]));
      await Promise.race([wake.promise, pause]);
      rest.abort();
      pause.catch(() => undefined);
      wake = Promise.withResolvers();
    }
  };
  const watcher = startWatcher(file, () => wake.resolve());
  follow().catch(() => undefined); // it ends when it is stopped; a change that fails tells so itself
  return () => {
    ending.abort();
    watcher?.close();
  };
};

const startWatcher = (file: string, onEvent: () => void): FSWatcher | undefined => {
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      // Kubernetes swaps a link beside the file, and some systems give no name.
      if (name === null || name === basename(file) || name.startsWith('..')) onEvent();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined; // no watches are left: looking at intervals remains
  }
};
