import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { DistributedLock, LeaseStore } from './expiring-ports.ts';

interface Deps {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Milliseconds. */
const pollInterval = 50;
const life = 5_000;
const renewInterval = 1_000;

interface Held {
  readonly name: string;
  readonly owner: string;
}

/**
 * The distributed lock as a lease that is renewed while the work goes on: a process that dies holding it delays the others
 * by its life at most, however long the work takes.
 */
export const createDistributedLock = ({ leases, clock, ids }: Deps): DistributedLock => {
  const acquire = (held: Held): Promise<boolean> => {
    const now = clock.now();
    return leases.acquire({ ...held, until: now + life, now });
  };

  /** Returns how to stop. A store that is away for a moment is asked again. */
  const keep = (held: Held): (() => void) => {
    const done = new AbortController();
    const renew = async (): Promise<void> => {
      for (;;) {
        await clock.wait(renewInterval, done.signal);
        await acquire(held).catch(() => undefined);
      }
    };
    renew().catch(() => undefined); // ends by its signal only
    return () => done.abort();
  };

  return async ({ name, maxWait, existing, work, timedOut }) => {
    const deadline = clock.monotonic() + maxWait;
    do {
      const result = await existing();
      if (result !== undefined) return result;
      const held = { name, owner: ids.uuid() };
      if (await acquire(held)) {
        const stopKeeping = keep(held);
        try {
          // The previous holder may have finished between the two reads.
          return (await existing()) ?? (await work());
        } finally {
          stopKeeping();
          await leases.release(held);
        }
      }
      await clock.wait(pollInterval);
    } while (clock.monotonic() < deadline);
    throw timedOut();
  };
};
