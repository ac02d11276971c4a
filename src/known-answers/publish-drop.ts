import type { Clock } from '#src/lib/clock';
import type { Stores } from '#src/stores/ports';
import { type Drop, writeDrop } from './drop.ts';

interface Deps {
  readonly stores: Pick<Stores, 'changes' | 'profiles'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Names this process to itself. */
  readonly process: string;
}

/** Of an operator's notice, which may mean all: rows in one step. */
const rowsPerStep = 500;

/**
 * Removes what is stored of the profiles that are dropped, and tells every process on the same store. What a call has dropped is one
 * transaction; of a notice, processes are told first, so that none serves meanwhile what is removed later.
 */
export const createPublishDrop =
  ({ stores, clock, process }: Deps) =>
  async (dropped: Drop): Promise<void> => {
    const change = { id: writeDrop({ by: process, dropped }), at: clock.now() };
    if ('tags' in dropped) return stores.profiles.drop(dropped.tags, change);
    await stores.changes.record({ ...change, kind: 'profiles' });
    for (let removed = rowsPerStep; removed === rowsPerStep; )
      removed = await stores.profiles.dropMeant(dropped.notice, rowsPerStep);
  };
