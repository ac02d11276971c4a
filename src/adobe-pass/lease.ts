import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { RecordStore } from '#src/stores/ports';

interface Deps {
  readonly records: Pick<RecordStore, 'update'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

const held = z.object({ owner: z.string(), until: z.number() });

/** The right to do a thing alone among all processes; ends by itself after `life` milliseconds. */
export const createLeases = ({ records, clock, ids }: Deps) => ({
  /** How to give the lease back; undefined when somebody else holds it. */
  take: async (name: string, life: number): Promise<(() => Promise<void>) | undefined> => {
    const mine = { owner: ids.uuid(), until: clock.now() + life };
    const stored = await records.update('lease', name, (current) => {
      const value = held.safeParse(current).data ?? mine;
      return { value, expiresAt: value.until };
    });
    if (held.safeParse(stored).data?.owner !== mine.owner) return undefined;
    return async () => {
      await records.update('lease', name, (current) => {
        const value = held.safeParse(current).data;
        return value && value.owner !== mine.owner ? { value, expiresAt: value.until } : undefined;
      });
    };
  },
});
