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
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** Twice within the second in which a change must hold in every process. */
const interval = 500;
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
export const createChangeFeed = ({ changes, listener, clock, log }: Deps): ChangeFeed => {
  const closed = new AbortController();
  let position: number | undefined;
  let readAt = clock.monotonic();
  let wallClock = clock.now();

  const hasPaused = (): boolean =>
    clock.monotonic() - readAt > maxPause || clock.now() - wallClock > maxPause;

  const read = async (): Promise<void> => {
    if (position === undefined || hasPaused()) {
      position = await changes.latest();
      return listener.missed();
    }
    for (let page: readonly Change[] | undefined; page === undefined || page.length === pageSize; ) {
      page = await changes.since(position, pageSize);
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
      await clock.wait(interval, closed.signal).catch(() => undefined);
    }
  };
  void run();

  return {
    look,
    readAt: () => (position === undefined ? undefined : readAt),
    isUpToDate: () => position !== undefined && clock.monotonic() - readAt <= maxAge,
    close: () => closed.abort(),
  };
};
