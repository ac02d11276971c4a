import { errors } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import type { RecordStore } from '#src/stores/ports';

const pollSchema = z.object({ at: z.number(), interval: z.number(), tooSoon: z.boolean() });
type Poll = z.infer<typeof pollSchema>;

const penalty = 5_000; // RFC 8628 §3.5: slow_down adds five seconds, for good
const maxInterval = 60_000;
const tolerance = 0.9; // timers may fire a little early

/** The next state of a device's polling; pure. */
export const nextPoll = (last: Poll | undefined, now: number, interval: number): Poll => {
  if (!last) return { at: now, interval, tooSoon: false };
  const tooSoon = now - last.at < last.interval * tolerance;
  return {
    at: now,
    interval: tooSoon ? Math.max(interval, Math.min(last.interval + penalty, maxInterval)) : last.interval,
    tooSoon,
  };
};

interface Deps {
  readonly records: RecordStore;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly interval: number;
  /** Maximum lifetime of a device code, milliseconds. */
  readonly lifetime: number;
}

/** Counts a poll for a pending code. Rejects with slow_down when it came too soon. */
export const createDevicePoll =
  ({ records, clock, interval, lifetime }: Deps) =>
  async (deviceCode: string): Promise<void> => {
    const now = clock.now();
    const stored = await records.update('device-poll', fingerprint(deviceCode), (current) => ({
      value: nextPoll(parsed(current), now, interval),
      expiresAt: now + lifetime,
    }));
    if (parsed(stored)?.tooSoon) throw new errors.SlowDown();
  };

const parsed = (value: Json | undefined): Poll | undefined =>
  value === undefined ? undefined : pollSchema.parse(value);
