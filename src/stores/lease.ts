import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { DistributedLock, LeaseStore } from './expiring-ports.ts';

interface Deps {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

const pollInterval = 50;

/** The distributed lock as a lease: a node that dies holding it delays the others by the lease's life at most. */
export const createDistributedLock = ({ leases, clock, ids }: Deps): DistributedLock => {
  return async ({ name, life, maxWait, existing, work, timedOut }) => {
    const deadline = clock.now() + maxWait;
    do {
      const result = await existing();
      if (result !== undefined) return result;
      const owner = ids.uuid();
      const now = clock.now();
      if (await leases.acquire({ name, owner, until: now + life, now })) {
        try {
          // The previous holder may have finished between the two reads.
          return (await existing()) ?? (await work());
        } finally {
          await leases.release({ name, owner });
        }
      }
      await clock.wait(pollInterval);
    } while (clock.now() < deadline);
    throw timedOut();
  };
};
