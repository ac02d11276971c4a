import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import { createEntries, type Entry } from './entries.ts';

interface Asked<About> {
  /** Of everything that the decisions depend on but the resource. */
  readonly key: string;
  /** By what they are dropped. */
  readonly tags: readonly string[];
  readonly about: About;
  /** Whether only decisions of now will do. */
  readonly fresh: boolean;
}

interface Permit {
  readonly decision: JsonObject;
  /** By the monotonic clock. */
  readonly until: number;
}

interface PermitEntry<About> extends Entry {
  readonly about: About;
  readonly permits: Map<string, Permit>;
}

/** What was known before a question, and where its answer goes. */
export interface KnownPermits {
  readonly decisions: ReadonlyMap<string, JsonObject>;
  /** Keeps what Adobe permits, unless something has dropped it since. */
  learn(decisions: readonly JsonObject[]): void;
}

interface Deps {
  readonly maxBytes: number;
  /** Milliseconds for which a permit is kept. */
  readonly freshness: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly isUpToDate: () => boolean;
}

/** What an entry, and a permit in it, takes about. */
const overhead = 500;
const permitSize = 700;

/** Permits of degradation and TempPass may end at any time. Source: REST API V2, decisions: `source`. */
const isPermit = ({ authorized, source, error }: JsonObject): boolean =>
  authorized === true && source === 'mvpd' && error === undefined;

/** What preauthorization permitted, by question and resource: what is denied is asked again every time. */
export const createPermits = <About>({ maxBytes, freshness, clock, isUpToDate }: Deps) => {
  const entries = createEntries<PermitEntry<About>>(maxBytes);

  const entryFor = ({ key, tags, about }: Asked<About>): PermitEntry<About> => {
    const known = entries.get(key);
    if (known) {
      entries.touch(known);
      return known;
    }
    const entry = { key, tags, about, size: overhead, permits: new Map<string, Permit>() };
    entries.add(entry);
    return entry;
  };

  const removeAll = (removed: Iterable<PermitEntry<About>>): number => {
    const all = [...removed];
    for (const entry of all) entries.remove(entry);
    return all.length;
  };

  return {
    open: (asked: Asked<About>): KnownPermits => {
      const entry = entryFor(asked);
      const now = clock.monotonic();
      const usable =
        asked.fresh || !isUpToDate() ? [] : [...entry.permits].filter(([, { until }]) => now < until);
      return {
        decisions: new Map(usable.map(([resource, { decision }]) => [resource, decision])),
        learn: (decisions) => {
          if (!entries.isIn(entry)) return;
          for (const decision of decisions) {
            const { resource } = decision;
            if (typeof resource !== 'string') continue;
            if (isPermit(decision)) entry.permits.set(resource, { decision, until: now + freshness });
            else entry.permits.delete(resource);
          }
          entries.resize(entry, overhead + entry.permits.size * permitSize);
        },
      };
    },
    drop: (tag: string): number => removeAll(entries.tagged(tag)),
    dropIf: (isMeant: (about: About) => boolean): number =>
      removeAll(entries.values().filter(({ about }) => isMeant(about))),
    clear: (): number => removeAll(entries.values()),
    get bytes(): number {
      return entries.bytes;
    },
  };
};

export type Permits<About> = ReturnType<typeof createPermits<About>>;
