import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { whileRenewing } from '#src/lib/while-renewing';
import type { DistributedLock, HeldLease, LeaseRequest, LeaseStore } from './expiring-ports.ts';

interface Deps {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Milliseconds. After a process dies, its successor must answer within five seconds. */
const pollInterval = 50;
const life = 4_000;
const renewInterval = 1_000;

/**
 * The distributed lock as a lease that is renewed while the work goes on: a process that dies holding it delays the others
 * by its life at most, however long the work takes. A process that was suspended for longer has lost the lease: it does
 * not get it back, and what it stores is fenced (`LockedWork.work`).
 */
export const createDistributedLock = ({ leases, clock, ids }: Deps): DistributedLock => {
  const lasting = (held: HeldLease): LeaseRequest => {
    const now = clock.now();
    return { ...held, now, until: now + life };
  };

  return async ({ name, maxWait, existing, work, timedOut }) => {
    const deadline = clock.monotonic() + maxWait;
    do {
      const result = await existing();
      if (result !== undefined) return result;
      const held = { name, owner: ids.uuid() };
      if (await leases.acquire(lasting(held))) {
        const renew = () => leases.renew(lasting(held));
        try {
          return await whileRenewing(
            { clock, interval: renewInterval, renew },
            // The previous holder may have finished between the two reads.
            async () => (await existing()) ?? (await work(held)),
          );
        } finally {
          // If the store is unavailable, the lease expires by itself; the work is done.
          await leases.release(held).catch(() => undefined);
        }
      }
      await clock.wait(pollInterval);
    } while (clock.monotonic() < deadline);
    throw timedOut();
  };
};
