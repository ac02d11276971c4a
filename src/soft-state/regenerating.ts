import type { Allowance, Limits, Reserved } from './allowance.ts';

/** A token bucket of `burst` and one more, as the generic cell rate algorithm. */
export const reserveRegenerating = (
  { replenishedAt, quietUntil }: Allowance,
  now: number,
  { perSecond, burst }: Limits,
): Reserved => {
  const interval = 1000 / perSecond;
  const at = Math.max(now, replenishedAt - burst * interval);
  return { at, left: { replenishedAt: Math.max(replenishedAt, at) + interval, quietUntil } };
};

export const silenceRegenerating = (
  { replenishedAt, quietUntil }: Allowance,
  until: number,
  { perSecond, burst }: Limits,
): Allowance => ({
  quietUntil: Math.max(quietUntil, until),
  replenishedAt: Math.max(replenishedAt, until + (burst * 1000) / perSecond),
});
