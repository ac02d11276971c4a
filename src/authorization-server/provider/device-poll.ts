import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { Pace, PaceStore } from '#src/soft-state/ports';

interface Deps {
  readonly paces: PaceStore;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Milliseconds. */
  readonly interval: number;
  /** Maximum lifetime of a device code, milliseconds. */
  readonly lifetime: number;
}

/** How often a device may poll: slow_down adds five seconds, for good (RFC 8628 §3.5). Timers may fire a little early. */
const pollPace = (interval: number): Pace => ({
  interval,
  tolerance: Math.min(1_000, interval),
  penalty: 5_000,
  maxInterval: 60_000,
});

/** Counts a poll for a pending code; false when it came too soon after the last accepted one. */
export type AdmitPoll = (deviceCode: string) => Promise<boolean>;

export const createDevicePoll =
  ({ paces, clock, interval, lifetime }: Deps): AdmitPoll =>
  (deviceCode) => {
    const now = clock.monotonic();
    return paces.accept({
      key: fingerprint(deviceCode),
      now,
      pace: pollPace(interval),
      expiresAt: now + lifetime,
    });
  };
