import { type Allowance, fullAllowance, type Limits, shareOf } from '../allowance.ts';
import { reserve, silence } from '../rate-policy.ts';

/**
 * What one of `nodes` may spend of an allowance while none of them can ask: the same policy with that part of burst and
 * rate, from what was left of the whole. Pure. Times are milliseconds.
 */
export interface OwnPart {
  readonly left: Allowance;
  readonly spent: Spent;
}

/** What has gone out here since. */
export interface Spent {
  /** When the part would be whole again, as if nothing had been spent before. */
  readonly replenishedAt: number;
  /** Of a burst that never comes back. */
  readonly extras: number;
}

export const nothing: Spent = { replenishedAt: 0, extras: 0 };

export interface Share {
  readonly limits: Limits;
  readonly nodes: number;
}

/** Of a device whose allowance was this one when the server was last asked. */
export const startPart = (known: Allowance): OwnPart => ({ left: known, spent: nothing });

/** A part that is smaller than one call is one call, at the rate of the part. */
export const reservePart = (
  { left, spent }: OwnPart,
  now: number,
  { limits, nodes }: Share,
): { readonly at: number; readonly left: OwnPart } => {
  const part = shareOf(limits, nodes);
  const next = reserve(left, now, part);
  const { replenishedAt } = reserve({ ...fullAllowance, replenishedAt: spent.replenishedAt }, now, part).left;
  const isExtra = (next.left.oneTime?.extras ?? 0) > (left.oneTime?.extras ?? 0);
  const extras = spent.extras + (isExtra ? 1 : 0);
  return { at: next.at, left: { left: next.left, spent: { replenishedAt, extras } } };
};

export const silencePart = (
  { left, spent }: OwnPart,
  now: number,
  pause: number,
  { limits, nodes }: Share,
): OwnPart => ({ left: silence(left, now, pause, shareOf(limits, nodes)), spent });
