import { z } from 'zod';
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
const leaseLife = 60_000;
const pause = 100;

const held = z.object({ owner: z.string(), until: z.number() });

/**
 * Work that must be done once among all nodes: whoever gets the lease does it, the others wait for what `settled`
 * answers. A node that dies holding it delays the others by the lease's life at most.
 */
export const createLease = ({ records, clock, ids }: Deps) => {
  /** Takes the lease if it is free; answers whose it is now. A rival's lease keeps its end. */
  const ownerAfterTaking = async (name: string, me: string): Promise<string> => {
    const mine = { owner: me, until: clock.now() + leaseLife };
    const value = await records.update('lease', name, (current) => {
      const lease = held.safeParse(current);
      const value = lease.success ? lease.data : mine;
      return { value: { ...value }, expiresAt: value.until };
    });
    return held.parse(value).owner;
  };

  const release = (name: string, me: string) =>
    records.update('lease', name, (current) => {
      const lease = held.safeParse(current);
      if (!lease.success || lease.data.owner === me) return undefined;
      return { value: { ...lease.data }, expiresAt: lease.data.until };
    });

  return async <T>(
    name: string,
    settled: () => Promise<T | undefined>,
    work: () => Promise<T>,
  ): Promise<T> => {
    const me = ids.uuid();
    const deadline = clock.now() + 2 * leaseLife;
    while (clock.now() < deadline) {
      if ((await ownerAfterTaking(name, me)) === me) {
        try {
          return (await settled()) ?? (await work());
        } finally {
          await release(name, me);
        }
      }
      await clock.wait(pause);
      const result = await settled();
      if (result !== undefined) return result;
    }
    throw fail('gateway_unavailable', { retryAfter: 1, detail: 'a lease was not released in time' });
  };
};
