import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { DistributedLock, RecordStore } from './ports.ts';

interface Deps {
  readonly records: Pick<RecordStore, 'update'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

const leaseSchema = z.object({ owner: z.string(), until: z.number() });
const pollInterval = 50;

/** The distributed lock as a lease: a node that dies holding it delays the others by the lease's life at most. */
export const createDistributedLock = ({ records, clock, ids }: Deps): DistributedLock => {
  /** Resolves to the release of the lease; undefined while another node holds it. */
  const acquire = async (name: string, life: number): Promise<(() => Promise<void>) | undefined> => {
    const own = { owner: ids.uuid(), until: clock.now() + life };
    const stored = await records.update('lease', name, (current) => {
      const value = leaseSchema.safeParse(current).data ?? own;
      return { value, expiresAt: value.until };
    });
    if (leaseSchema.safeParse(stored).data?.owner !== own.owner) return undefined;
    return async () => {
      await records.update('lease', name, (current) => {
        const value = leaseSchema.safeParse(current).data;
        return value && value.owner !== own.owner ? { value, expiresAt: value.until } : undefined;
      });
    };
  };

  return async ({ name, life, maxWait, existing, work, timedOut }) => {
    const deadline = clock.now() + maxWait;
    do {
      const result = await existing();
      if (result !== undefined) return result;
      const release = await acquire(name, life);
      if (release) {
        try {
          // The previous holder may have finished between the two reads.
          return (await existing()) ?? (await work());
        } finally {
          await release();
        }
      }
      await clock.wait(pollInterval);
    } while (clock.now() < deadline);
    throw timedOut();
  };
};
