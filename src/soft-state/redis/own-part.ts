import { type Allowance, fullAllowance, type Limits, reserve, silence } from '../allowance.ts';

/**
 * What one of `nodes` may spend of an allowance while none of them can ask: the same policy with that part of burst and
 * rate, from what was left of the whole. Pure. Times are milliseconds.
 */
export interface OwnPart {
  readonly left: Allowance;
  /** The same as if nothing had been spent before: what has gone out here since. */
  readonly spent: Allowance;
}

export interface Share {
  readonly limits: Limits;
  readonly nodes: number;
}

/** A part that is smaller than one call is one call, at the rate of the part. */
const partOf = ({ limits: { perSecond, burst }, nodes }: Share): Limits => ({
  perSecond: perSecond / nodes,
  burst: burst / nodes,
});

/** Of a device whose allowance was this one when the server was last asked. */
export const startPart = (known: Allowance): OwnPart => ({ left: known, spent: fullAllowance });

export const reservePart = (
  { left, spent }: OwnPart,
  now: number,
  share: Share,
): { readonly at: number; readonly left: OwnPart } => {
  const part = partOf(share);
  const next = reserve(left, now, part);
  return { at: next.at, left: { left: next.left, spent: reserve(spent, now, part).left } };
};

export const silencePart = ({ left, spent }: OwnPart, now: number, pause: number, share: Share): OwnPart => ({
  left: silence(left, now, pause, partOf(share)),
  spent,
});

/** How much later the whole allowance is full for what has gone out here, milliseconds. */
export const spentMs = ({ spent }: OwnPart, now: number, nodes: number): number =>
  Math.max(0, spent.replenishedAt - now) / nodes;
