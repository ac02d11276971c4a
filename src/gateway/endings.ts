import type { ForgetEnded } from '#src/flows/forget-ended';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { KnownAccounts } from '#src/flows/known-accounts';
import type { KnownCallers } from '#src/flows/known-callers';
import { createWaiters } from '#src/flows/waiters';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { errorFields, type Log } from '#src/observability/logger';
import type { NoticeBoard } from '#src/soft-state/ports';
import { type ChangeKey, type ChangeListener, createChangeFeed } from '#src/stores/change-feed';
import type { Stores } from '#src/stores/ports';
import { notifyChanges } from './notify-changes.ts';
import { createStoreGate } from './store-gate.ts';

/** By the newest settings. */
export interface CurrentSettings {
  readonly identifyCaller: IdentifyCaller;
  readonly forgetEnded: ForgetEnded;
  readonly knownCallers: Pick<KnownCallers, 'missed' | 'close' | 'size'>;
  readonly knownAccounts: Pick<KnownAccounts, 'missed' | 'close'>;
  readonly knownAnswers: Pick<KnownAnswers, 'changed' | 'missed' | 'close' | 'bytes'>;
}

interface Deps {
  readonly stores: Stores;
  /** Notifies other processes of this gateway at once. */
  readonly notices: NoticeBoard;
  readonly clock: Clock;
  readonly log: Log;
  /** Drops every cached service token. */
  forgetAll(): void;
  /** Reads the keys again. */
  reloadKeys(): Promise<void>;
}

/**
 * What a process does when somebody's access ends, for all its compositions: caches are invalidated, and whoever waits is
 * judged again, by the newest settings also if they wait on an earlier composition.
 */
export const openEndings = ({ stores, notices, clock, log, forgetAll, reloadKeys }: Deps) => {
  const waiters = createWaiters();
  let current: CurrentSettings | undefined;

  const readKeysAgain = (): void => {
    reloadKeys().catch((error: unknown) => log.warn(errorFields(error), 'the keys could not be read again'));
  };

  const listener: ChangeListener = {
    // Caches first: whoever waits is identified again.
    changed: (key) => {
      if (key.kind === 'unknown') return;
      if (key.kind === 'keys') return readKeysAgain();
      if (key.kind === 'profiles') return current?.knownAnswers.changed(key);
      current?.forgetEnded(key).catch((error: unknown) => {
        log.warn(errorFields(error), 'a cached service token could not be dropped');
      });
      waiters.changed(key);
    },
    missed: () => {
      current?.knownCallers.missed();
      current?.knownAccounts.missed();
      current?.knownAnswers.missed();
      forgetAll();
      readKeysAgain();
      waiters.missed();
    },
    upToDate: waiters.upToDate,
  };
  const gate = createStoreGate();
  const feed = createChangeFeed({ changes: stores.changes, listener, reached: gate.set, clock, log });
  const stopReceiving = notices.receive(feed.look);
  const invalidate = (keys: readonly ChangeKey[]): void => {
    for (const key of keys) listener.changed(key);
    listener.upToDate();
  };

  const identifyAgain: IdentifyCaller = async (credentials) => {
    if (!current) throw fail('gateway_unavailable');
    return current.identifyCaller(credentials);
  };

  return {
    stores: gate.guard(notifyChanges(stores, { invalidate, send: notices.send })),
    waiters,
    identifyAgain,
    /** Other settings apply from now on: everyone who waits is checked. */
    apply: (newest: CurrentSettings): void => {
      current?.knownCallers.close();
      current?.knownAccounts.close();
      current?.knownAnswers.close();
      current = newest;
      waiters.missed();
      waiters.upToDate();
    },
    /** When the changes of other processes were last read, by the monotonic clock; undefined while they cannot be. */
    readAt: feed.readAt,
    isUpToDate: feed.isUpToDate,
    knownCallers: (): number => current?.knownCallers.size ?? 0,
    knownAnswers: (): number => current?.knownAnswers.bytes ?? 0,
    close: () => {
      stopReceiving();
      feed.close();
    },
  };
};
