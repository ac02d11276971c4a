import { setImmediate } from 'node:timers/promises';
import type { Clock } from '#src/lib/clock';
import { errorFields, type Log } from '#src/observability/logger';
import type { Change, ChangeStore } from './expiring-ports.ts';

export type ChangeKey = Pick<Change, 'kind' | 'id'>;

export interface ChangeListener {
  changed(key: ChangeKey): void;
  /** Changes may have been missed: anything may have ended. */
  missed(): void;
  /** All changes from before now have been reported. */
  upToDate(): void;
}

export interface ChangeFeed {
  /** Reads at once, not at the next interval. Never rejects. */
  look(): Promise<void>;
  /** Changes from before this time, by the monotonic clock, have been reported; undefined while changes cannot be read. */
  readAt(): number | undefined;
  /** Whether every change from more than a second ago has been reported. */
  isUpToDate(): boolean;
  close(): void;
}

interface Deps {
  readonly changes: ChangeStore;
  readonly listener: ChangeListener;
  /** False once nothing could be read for a second, true once a read succeeds again. */
  readonly reached: (isReached: boolean) => void;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** Twice within the second in which a change must hold in every process. */
const interval = 500;
/** A single failed read is retried within the second. */
const retryInterval = 250;
/** After this time a change holds in every process. */
const maxAge = 1_000;
const pageSize = 500;
/**
 * Changes are kept for an hour, by the wall clock. A process that was suspended longer than this may have missed some; so may
 * one whose machine slept, which the monotonic clock does not count.
 */
const maxPause = 30 * 60_000;

/**
 * Reports to this process what changed, here or in another one. If the store cannot be read, the feed continues from its
 * newest change once it is back, and reports that changes may have been missed.
 */
export const createChangeFeed = ({ changes, listener, reached, clock, log }: Deps): ChangeFeed => {
  const closed = new AbortController();
  let position: number | undefined;
  let readAt = clock.monotonic();
  let wallClock = clock.now();
  const watch = createWatch({ clock, reached });

  const hasPaused = (): boolean =>
    clock.monotonic() - readAt > maxPause || clock.now() - wallClock > maxPause;

  const read = async (): Promise<void> => {
    if (position === undefined || hasPaused()) {
      position = await changes.latest();
      watch.answered();
      return listener.missed();
    }
    for (let page: readonly Change[] | undefined; page === undefined || page.length === pageSize; ) {
      page = await changes.since(position, pageSize);
      watch.answered();
      for (const change of page) {
        position = change.position;
        listener.changed(change);
      }
    }
  };

  const readOnce = async (): Promise<void> => {
    if (closed.signal.aborted) return;
    const begun = clock.monotonic();
    const begunByWallClock = clock.now();
    watch.begin(readAt + maxAge);
    try {
      await read();
      readAt = begun;
      wallClock = begunByWallClock;
      listener.upToDate();
    } catch (error) {
      if (position !== undefined)
        log.warn(errorFields(error), 'the changes of other processes cannot be read');
      position = undefined;
    }
  };

  let reading: Promise<void> | undefined;
  let again = false;
  const readWhileAsked = async (): Promise<void> => {
    do {
      again = false;
      await readOnce();
    } while (again);
    reading = undefined;
  };
  const look = (): Promise<void> => {
    again = true;
    reading ??= readWhileAsked();
    return reading;
  };

  const run = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      await look();
      const pause = position === undefined ? retryInterval : interval;
      await clock.wait(pause, closed.signal).catch(() => undefined);
    }
  };
  void run();

  return {
    look,
    readAt: () => (position === undefined ? undefined : readAt),
    isUpToDate: () => position !== undefined && clock.monotonic() - readAt <= maxAge,
    close: () => {
      closed.abort();
      watch.close();
    },
  };
};

/** Reports when no read has been answered in time, and when one is answered again. */
const createWatch = ({ clock, reached }: Pick<Deps, 'clock' | 'reached'>) => {
  let hasRead = false;
  let isReached = true;
  let watching: AbortController | undefined;

  const tell = (isNow: boolean): void => {
    if (isNow !== isReached) reached(isNow);
    isReached = isNow;
  };
  const tellAt = async (time: number, signal: AbortSignal): Promise<void> => {
    await clock.wait(Math.max(0, time - clock.monotonic()), signal);
    // After a busy second a response may have arrived that was not processed yet.
    await setImmediate();
    if (!signal.aborted) tell(false);
  };
  const close = (): void => {
    watching?.abort();
    watching = undefined;
  };
  return {
    /** Sets the deadline for a read that begins or is retried. A start waits longer. */
    begin: (time: number): void => {
      if (watching || !hasRead) return;
      watching = new AbortController();
      tellAt(time, watching.signal).catch(() => undefined); // ends by its signal only
    },
    answered: (): void => {
      close();
      hasRead = true;
      tell(true);
    },
    close,
  };
};
