import type { Clock } from '#src/lib/clock';
import { createTaggedCache } from '#src/lib/tagged-cache';
import type { ChangeKey } from '#src/stores/change-feed';
import { type Caller, restsOn } from './caller.ts';

/** A caller as it was found. */
export interface KnownCaller {
  readonly caller: Caller;
  /** The AP-Device-Identifier that the instance is bound to, as text, once a request was found to have it. */
  readonly identifier: string | undefined;
  /** Until when it stands if nothing changes, epoch milliseconds. */
  readonly until: number;
}

interface Deps {
  /** Callers that are kept. */
  readonly max: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether everything is known that changed more than a second ago, here or in another process. */
  readonly isUpToDate: () => boolean;
  /** Called for each bearer that is looked up. */
  readonly lookedUp: (result: 'hit' | 'miss') => void;
}

/**
 * The callers of this process, by bearer, for as long as nothing that they rest on has changed. Who was refused is not
 * kept. What is found while something changes is used, but not kept: it may have been read before the change.
 */
export const createKnownCallers = ({ max, clock, isUpToDate, lookedUp }: Deps) => {
  const kept = createTaggedCache<KnownCaller>(max);
  let generation = 0;
  let closed = false;

  const missed = (): void => {
    generation += 1;
    kept.clear();
  };

  return {
    find: (bearer: string): KnownCaller | undefined => {
      const known = isUpToDate() ? kept.get(bearer) : undefined;
      const stands = known !== undefined && clock.now() < known.until;
      lookedUp(stands ? 'hit' : 'miss');
      return stands ? known : undefined;
    },
    /** Grows with each change that may concern a caller. */
    generation: (): number => generation,
    /** `since`: the generation from before the caller was read. */
    keep: (bearer: string, known: KnownCaller, since: number): void => {
      if (closed || since !== generation) return;
      kept.set(
        bearer,
        known,
        restsOn(known.caller).map(({ id }) => id),
      );
    },
    /** Callers who rest on it are not known any more. */
    changed: ({ id }: ChangeKey): void => {
      generation += 1;
      kept.drop(id);
    },
    missed,
    /** Nothing is kept from now on: other settings apply. */
    close: (): void => {
      closed = true;
      missed();
    },
    get size(): number {
      return kept.size;
    },
  };
};

export type KnownCallers = ReturnType<typeof createKnownCallers>;
