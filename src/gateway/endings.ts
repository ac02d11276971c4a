import type { ForgetEnded } from '#src/flows/forget-ended';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import { createStanding } from '#src/flows/standing';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { errorFields, type Log } from '#src/observability/logger';
import { type ChangeListener, createChangeFeed } from '#src/stores/change-feed';
import type { Stores } from '#src/stores/ports';
import { announceChanges } from './announce-changes.ts';

/** By the newest settings. */
export interface Ruling {
  readonly identifyCaller: IdentifyCaller;
  readonly forgetEnded: ForgetEnded;
}

interface Deps {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly log: Log;
  /** Drops every cached service token. */
  forgetAll(): void;
}

/**
 * What a process does about what ended, for all its compositions: who waits on an earlier one is judged by the newest
 * settings too.
 */
export const openEndings = ({ stores, clock, log, forgetAll }: Deps) => {
  const standing = createStanding();
  let ruling: Ruling | undefined;

  const listener: ChangeListener = {
    changed: (key) => {
      standing.changed(key);
      ruling?.forgetEnded(key).catch((error: unknown) => {
        log.warn(errorFields(error), 'a cached service token could not be dropped');
      });
    },
    missed: () => {
      standing.missed();
      forgetAll();
    },
    upToDate: standing.upToDate,
  };
  const feed = createChangeFeed({ changes: stores.changes, listener, clock, log });

  const identifyAgain: IdentifyCaller = async (credentials) => {
    if (!ruling) throw fail('gateway_unavailable');
    return ruling.identifyCaller(credentials);
  };

  return {
    stores: announceChanges(stores, () => void feed.look()),
    standing,
    identifyAgain,
    /** Other settings apply from now on: everyone who waits is checked. */
    rule: (newest: Ruling): void => {
      ruling = newest;
      standing.missed();
      standing.upToDate();
    },
    close: feed.close,
  };
};
