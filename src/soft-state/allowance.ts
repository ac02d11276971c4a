/**
 * How many calls may go out, the generic cell rate algorithm as a pure policy: `burst` calls at once, and one more every
 * `1 / perSecond` seconds. Times are milliseconds of the monotonic clock. Adobe's limits are 1 request per second and a burst of 10, per address
 * of a device (Adobe Pass, "Throttling mechanism").
 */
export interface Limits {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Allowance {
  /** When the whole burst is available again. */
  readonly replenishedAt: number;
  /** After a 429: nothing before this, whatever was reserved earlier. */
  readonly quietUntil: number;
}

export const fullAllowance: Allowance = { replenishedAt: 0, quietUntil: 0 };

/** The earliest time for one more call, and the allowance that is left after it. */
export const reserve = (
  { replenishedAt, quietUntil }: Allowance,
  now: number,
  { perSecond, burst }: Limits,
): { readonly at: number; readonly left: Allowance } => {
  const interval = 1000 / perSecond;
  const at = Math.max(now, replenishedAt - (burst - 1) * interval);
  return { at, left: { replenishedAt: Math.max(replenishedAt, at) + interval, quietUntil } };
};

/** After a 429: no calls for `pause`, and no burst after that. */
export const silence = (
  { replenishedAt, quietUntil }: Allowance,
  now: number,
  pause: number,
  { perSecond, burst }: Limits,
): Allowance => ({
  quietUntil: Math.max(quietUntil, now + pause),
  replenishedAt: Math.max(replenishedAt, now + pause + ((burst - 1) * 1000) / perSecond),
});
