import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import { compositeKey } from '#src/lib/single-flight';
import type { RecordStore } from '#src/stores/expiring-ports';

export interface MvpdOf {
  readonly serviceProvider: string;
  readonly mvpd: string;
}

/** How many resources an MVPD takes in one preauthorization. */
export interface ResourceLimits {
  of(target: MvpdOf): Promise<number>;
  /** The MVPD refused more than `max`: holds for a day, on every node. */
  lower(target: MvpdOf, max: number): Promise<void>;
}

/** Adobe's default. Source: REST API V2 FAQ, preauthorization phase ("Preflight Max Resources"). */
const standard = 5;
const keptFor = 24 * 3_600_000;
/** What other nodes have learned is read again after a minute. */
const rereadAfter = 60_000;

const stored = z.number().int().min(1);

interface Deps {
  readonly records: Pick<RecordStore, 'get' | 'put'>;
  readonly clock: Clock;
}

/** Adobe names the limit of an MVPD nowhere, so it is learned from refusals. */
export const createResourceLimits = ({ records, clock }: Deps): ResourceLimits => {
  const known = createLru<{ readonly max: number; readonly until: number }>(1_000);
  const keyOf = ({ serviceProvider, mvpd }: MvpdOf): string => compositeKey(serviceProvider, mvpd);
  const remember = (key: string, max: number): number => {
    known.set(key, { max, until: clock.monotonic() + rereadAfter });
    return max;
  };

  const of = async (target: MvpdOf): Promise<number> => {
    const key = keyOf(target);
    const found = known.get(key);
    if (found && found.until > clock.monotonic()) return found.max;
    const read = stored.safeParse(await records.get('resource-limit', key, clock.now()));
    return remember(key, read.success ? read.data : standard);
  };

  return {
    of,
    lower: async (target, max) => {
      if (max >= (await of(target))) return;
      const key = keyOf(target);
      remember(key, max);
      await records.put('resource-limit', key, { value: max, expiresAt: clock.now() + keptFor });
    },
  };
};
