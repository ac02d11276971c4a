import {
  activeOf,
  afterEvent,
  isEnded,
  type KeyEvent,
  type Keys,
  type Rejection,
  rejectionOf,
} from './key-life.ts';

export type PlannedStep = KeyEvent & { readonly planned: number };

export interface Rotation {
  /** Oldest first. */
  readonly keys: Keys;
  /** The kid of the key that signs. */
  readonly active: string | undefined;
  /** Steps still to come, soonest first. */
  readonly planned: readonly PlannedStep[];
  /** Planned steps that were no longer allowed when they fell due. */
  readonly lapsed: readonly { readonly event: PlannedStep; readonly reason: string }[];
  /** When the ledger was last written, by its writer's clock. */
  readonly writtenAt: number;
  /** The first event that Kinpass cannot have written: a second active key, a step out of order. Index into the events. */
  readonly fault?: { readonly index: number; readonly reason: string };
}

/** The state of all keys at `now`. `maxTokenLifetime`: the longest of any family. Pure. */
export const rotationAt = (events: readonly KeyEvent[], now: number, maxTokenLifetime: number): Rotation => {
  const writtenAt = Math.max(0, ...events.map(({ at }) => at));
  // The writer of the last line took everything due by then as done, so no clock may go back behind it.
  const present = Math.max(now, writtenAt);
  const planned: PlannedStep[] = [];
  const lapsed: { event: PlannedStep; reason: string }[] = [];
  let keys: Keys = new Map();
  for (const { event, index, due } of inOrder(events)) {
    if (isPlanned(event) && due > present) {
      planned.push(event);
      continue;
    }
    const rejection = rejectionOf(keys, event) ?? (isPlanned(event) ? tooEarly(keys, event, due) : undefined);
    if (!rejection) keys = afterEvent(keys, event, due, maxTokenLifetime);
    else if (isPlanned(event)) lapsed.push({ event, reason: rejection.reason });
    else if (!rejection.done) {
      const fault = { index, reason: rejection.reason };
      return { keys, active: activeOf(keys), planned, lapsed, writtenAt, fault };
    }
  }
  const open = planned.filter(({ kid }) => !isEnded(keys.get(kid)?.state ?? 'draft'));
  return { keys, active: activeOf(keys), planned: open, lapsed, writtenAt };
};

/**
 * Why a step is not allowed at `step.at`, or at the time it is planned for; undefined if it is allowed. Steps planned
 * to happen before it are assumed to have happened. Pure.
 */
export const rejectStep = (
  events: readonly KeyEvent[],
  step: KeyEvent,
  maxTokenLifetime: number,
): Rejection | undefined => {
  const due = step.planned ?? step.at;
  const { keys, planned, writtenAt } = rotationAt(events, due, maxTokenLifetime);
  if (step.event === 'cancelled' && !planned.some(({ kid }) => kid === step.kid))
    return { reason: 'nothing is planned for it' };
  if (step.planned !== undefined && step.planned <= Math.max(step.at, writtenAt))
    return { reason: `${isoTime(step.planned)} is in the past; omit --at` };
  return rejectionOf(keys, step) ?? (step.event === 'retired' ? tooEarly(keys, step, due) : undefined);
};

/** When the state of the keys may next change without a new line in the ledger. */
export const nextChange = ({ planned }: Rotation): number => planned[0]?.planned ?? Number.POSITIVE_INFINITY;

export const isoTime = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const isPlanned = (event: KeyEvent): event is PlannedStep => event.planned !== undefined;

const tooEarly = (keys: Keys, step: KeyEvent, due: number): Rejection | undefined => {
  const { retireFrom } = keys.get(step.kid) ?? {};
  if (step.event !== 'retired' || retireFrom === undefined || due >= retireFrom) return undefined;
  return { reason: `tokens that it signed may be valid until ${isoTime(retireFrom)}` };
};

/**
 * Events in the order in which they take effect. Written lines are facts, in ledger order, whatever their writers'
 * clocks said; a planned step takes its place when its time comes, unless a later line cancelled it before.
 */
const inOrder = (events: readonly KeyEvent[]) => {
  let written = 0;
  const placed = events.map((event, index) => {
    written = Math.max(written, event.at);
    return { event, index, due: event.planned ?? written };
  });
  const isCancelled = (one: (typeof placed)[number]) =>
    isPlanned(one.event) &&
    placed.some(
      ({ event, index, due }) =>
        event.event === 'cancelled' && event.kid === one.event.kid && index > one.index && due <= one.due,
    );
  return placed.filter((one) => !isCancelled(one)).sort((a, b) => a.due - b.due || a.index - b.index);
};
