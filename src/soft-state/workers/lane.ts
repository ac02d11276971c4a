import { type Limits, shareOf } from '../allowance.ts';
import { reserve } from '../rate-policy.ts';

/**
 * The part of an allowance that one of `workers` processes may use without asking: the same policy with that part of the
 * burst and of the rate. What goes out on all lanes together is within the whole. Pure. Times are those of the
 * monotonic clock, milliseconds.
 */
export interface Lane {
  /** When the whole part is available again. */
  readonly replenishedAt: number;
  /** Since when it has not been whole. */
  readonly since: number;
  /** When the whole allowance would be available again, had nothing gone out on other lanes since then. */
  readonly alone: number;
}

export interface Share {
  readonly limits: Limits;
  readonly workers: number;
}

/**
 * A lane that is smaller than one call is none: then the primary counts every call. So it does where the burst is granted
 * once, of which lanes that are not used would keep their part for ever.
 */
export const hasLanes = ({ mode, burst }: Limits, workers: number): boolean =>
  mode === 'regenerating' && burst + 1 >= workers;

const intervalOf = ({ perSecond }: Limits): number => 1000 / perSecond;

/** As if everything had just gone out. */
export const emptyLane = (now: number, limits: Limits): Lane => {
  const replenishedAt = now + (limits.burst + 1) * intervalOf(limits);
  return { replenishedAt, since: now, alone: replenishedAt };
};

/** The lane after one more call that goes out now or waits; undefined if that is later than `latest`. */
export const takeFromLane = (
  lane: Lane | undefined,
  { now, latest }: { readonly now: number; readonly latest: number },
  { limits, workers }: Share,
): { readonly at: number; readonly left: Lane } | undefined => {
  const isWhole = lane === undefined || lane.replenishedAt <= now;
  const replenishedAt = lane?.replenishedAt ?? 0;
  const { at, left } = reserve({ replenishedAt, quietUntil: 0 }, now, shareOf(limits, workers));
  if (at > latest) return undefined;
  const since = isWhole ? now : lane.since;
  const alone = Math.max(isWhole ? now : lane.alone, at) + intervalOf(limits);
  return { at, left: { replenishedAt: left.replenishedAt, since, alone } };
};

/**
 * When the whole allowance is available again, once every lane has been given up; one that was whole is undefined. Exact
 * where all went out on one lane, else never too early.
 */
export const joinLanes = (lanes: readonly (Lane | undefined)[], now: number): number => {
  const used = lanes.filter((lane) => lane !== undefined);
  const [only, ...others] = used.toSorted((a, b) => b.replenishedAt - a.replenishedAt);
  if (only && others.every(({ replenishedAt }) => replenishedAt <= only.since)) return only.alone;
  const missing = used.reduce((sum, { replenishedAt }) => sum + Math.max(0, replenishedAt - now), 0);
  return now + missing / lanes.length;
};
