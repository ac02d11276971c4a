/**
 * How many calls may go out. Times are milliseconds of the monotonic clock. Adobe's limits are 1 request per second and a
 * burst of 10, per address of a device; of the burst its page says both that it is granted once and that the limit is a
 * token bucket, which refills (Adobe Pass, "Throttling mechanism"). `rate-policy.ts` counts in both readings.
 */
export interface Limits {
  /** `once`: the burst never comes back; `regenerating`: at the rate. */
  readonly mode: 'once' | 'regenerating';
  readonly perSecond: number;
  /** Calls beyond the rate: so many at once, and the one of the rate. */
  readonly burst: number;
}

/** Of mode `once`: calls are counted in windows of a fixed length. */
export interface OneTime {
  /** When the last window that has calls begins: in the future while calls wait. */
  readonly window: number;
  /** Calls in it within the rate. */
  readonly used: number;
  /** Calls of the burst that are spent. */
  readonly extras: number;
}

export interface Allowance {
  /** When the whole allowance is available again: one that is not kept is whole. */
  readonly replenishedAt: number;
  /** After a 429: nothing before this, whatever was reserved earlier. */
  readonly quietUntil: number;
  readonly oneTime?: OneTime | undefined;
}

/** A call at this time, and the allowance that is left after it. */
export interface Reserved {
  readonly at: number;
  readonly left: Allowance;
}

export const fullAllowance: Allowance = { replenishedAt: 0, quietUntil: 0 };

/** The part of one of `sharers` who cannot ask each other: together they are within the whole. */
export const shareOf = ({ mode, perSecond, burst }: Limits, sharers: number): Limits => ({
  mode,
  perSecond: perSecond / sharers,
  burst: (burst + 1) / sharers - 1,
});
