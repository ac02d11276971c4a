import { createLeases } from '#src/adobe-pass/lease';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { RecordStore } from '#src/stores/ports';

interface Deps {
  readonly records: Pick<RecordStore, 'update'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Longer than any registration may take, so that a lease never ends under work that goes on. */
const life = 60_000;
const pause = 100;

/**
 * Work that must be done once among all nodes: whoever gets the lease does it, the others wait for what `settled`
 * answers. A node that dies holding it delays the others by the lease's life at most.
 */
export const createOnceAmongNodes = ({ records, clock, ids }: Deps) => {
  const leases = createLeases({ records, clock, ids });
  return async <T>(
    name: string,
    settled: () => Promise<T | undefined>,
    work: () => Promise<T>,
  ): Promise<T> => {
    const deadline = clock.now() + 2 * life;
    do {
      const giveBack = await leases.take(name, life);
      if (giveBack) {
        try {
          return (await settled()) ?? (await work());
        } finally {
          await giveBack();
        }
      }
      await clock.wait(pause);
      const result = await settled();
      if (result !== undefined) return result;
    } while (clock.now() < deadline);
    throw fail('gateway_unavailable', { retryAfter: 1, detail: 'a lease was not released in time' });
  };
};
