/**
 * Soft state: what may vanish at a restart, but is shared by the processes of one gateway. This folder owns the ports, the
 * memory that serves them, and how workers reach it. It refuses what must not be lost or happen twice: that is stored.
 * Every implementation passes `test/soft-state/conformance.ts`. Each method takes and returns data, reads no clock, and
 * ends within a bounded time. Where the state is kept elsewhere and cannot be reached, the process goes on with a state of
 * its own: no call fails because of it. Times are epoch milliseconds; `now` is the caller's clock.
 */
import type { JsonObject } from '#src/lib/json';

/** How often something may be asked for. */
export interface Pace {
  readonly interval: number;
  /** Requests this much too early are accepted. */
  readonly tolerance: number;
  /** Added to the interval at each request that is refused, up to `maxInterval`. */
  readonly penalty: number;
  readonly maxInterval: number;
}

export interface PaceStore {
  /** Compare-and-set: true if the last accepted request was at least an interval ago, or there is none until `expiresAt`. */
  accept(request: {
    readonly key: string;
    readonly now: number;
    readonly pace: Pace;
    readonly expiresAt: number;
  }): Promise<boolean>;
}

/** How the last probes arrived, by their id. */
export interface ProbeStore {
  remember(probe: {
    readonly id: string;
    readonly arrival: JsonObject;
    readonly expiresAt: number;
  }): Promise<void>;
  /** Never returns an expired one. */
  find(id: string, now: number): Promise<JsonObject | undefined>;
}

export interface SoftState {
  readonly paces: PaceStore;
  readonly probes: ProbeStore;
}
