import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Stores } from './ports.ts';

interface Deps {
  readonly stores: Pick<Stores, 'sweep' | 'leases'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: { warn(details: object, message: string): void };
  /** Milliseconds between two rounds. */
  readonly interval: number;
  /** Called after each round in which everything was removed here, not on another node. */
  swept(): void;
  /** Milliseconds after which an instance that never had credentials is removed. */
  readonly unusedInstanceLifetime: number;
}

export interface Sweeping {
  /** Resolves when nothing more is removed. */
  stop(): Promise<void>;
}

/** Rows of each kind in one step: a writer waits for one statement of this size at most. */
const rowsPerStep = 200;
const pauseBetweenSteps = 50;

/** Removes expired data in the background, in small steps. One of several nodes does this, as long as it runs. */
export const startSweeping = (deps: Deps): Sweeping => {
  const { stores, clock, log, interval, unusedInstanceLifetime } = deps;
  const lease = { name: 'sweep', owner: deps.ids.uuid() };
  const stopping = new AbortController();
  const { signal } = stopping;

  const step = async (): Promise<'more' | 'done' | 'elsewhere'> => {
    const now = clock.now();
    if (!(await stores.leases.acquire({ ...lease, now, until: now + 2 * interval }))) return 'elsewhere';
    const instancesSeenBefore = now - unusedInstanceLifetime;
    const removed = await stores.sweep({ now, instancesSeenBefore, limit: rowsPerStep });
    return removed > 0 ? 'more' : 'done';
  };
  const round = async (): Promise<void> => {
    let left = await step();
    for (; left === 'more'; left = await step()) await clock.wait(pauseBetweenSteps, signal);
    if (left === 'done') deps.swept();
  };
  const rounds = async (): Promise<void> => {
    while (!signal.aborted) {
      await clock.wait(interval, signal);
      await round().catch((err: unknown) => {
        if (!signal.aborted) log.warn({ err }, 'removing expired data failed; it is tried again');
      });
    }
  };

  const running = rounds().catch(() => undefined); // ends by its signal only
  return {
    stop: async () => {
      stopping.abort();
      await running;
      await stores.leases.release(lease).catch(() => undefined);
    },
  };
};
