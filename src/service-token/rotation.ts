import {
  activeOf,
  afterEvent,
  type KeyEvent,
  type KeyLife,
  type Keys,
  type Refusal,
  refusalOf,
} from './key-life.ts';

export type PlannedStep = KeyEvent & { readonly planned: number };

export interface Rotation {
  /** Oldest first. */
  readonly keys: Keys;
  /** The one that signs. */
  readonly active: string | undefined;
  /** Steps to come, soonest first. */
  readonly planned: readonly PlannedStep[];
  /** Planned steps that fell due and were wrong by then. */
  readonly lapsed: readonly { readonly event: PlannedStep; readonly why: string }[];
  /** When the ledger was last written, as its writer's clock had it. */
  readonly writtenAt: number;
  /** The first line that no Kinpass writes: two active keys, a step out of turn. Index into the events. */
  readonly fault?: { readonly index: number; readonly why: string };
}

/** What the ledger means at `now`. `longestLife`: that of any family's tokens. Pure. */
export const rotationAt = (events: readonly KeyEvent[], now: number, longestLife: number): Rotation => {
  const writtenAt = Math.max(0, ...events.map(({ at }) => at));
  // Whoever wrote the last line took what was due by then for done: time does not run back behind it.
  const present = Math.max(now, writtenAt);
  const planned: PlannedStep[] = [];
  const lapsed: { event: PlannedStep; why: string }[] = [];
  let keys: Keys = new Map();
  for (const { event, index, due } of inOrder(events)) {
    if (isPlanned(event) && due > present) {
      planned.push(event);
      continue;
    }
    const refusal = refusalOf(keys, event) ?? (isPlanned(event) ? tooEarly(keys, event, due) : undefined);
    if (!refusal) keys = afterEvent(keys, event, due, longestLife);
    else if (isPlanned(event)) lapsed.push({ event, why: refusal.why });
    else if (!refusal.done) {
      return { keys, active: activeOf(keys), planned, lapsed, writtenAt, fault: { index, why: refusal.why } };
    }
  }
  const isOpen = ({ kid }: KeyEvent) => !/^(retired|destroyed)$/.test(keys.get(kid)?.state ?? '');
  return { keys, active: activeOf(keys), planned: planned.filter(isOpen), lapsed, writtenAt };
};

/**
 * Why a step would be wrong at `step.at`, or later when it is planned for then; undefined when it is right.
 * What is planned before it counts as taken. Pure.
 */
export const refuseStep = (
  events: readonly KeyEvent[],
  step: KeyEvent,
  longestLife: number,
): Refusal | undefined => {
  const due = step.planned ?? step.at;
  const { keys, planned, writtenAt } = rotationAt(events, due, longestLife);
  if (step.event === 'cancelled' && !planned.some(({ kid }) => kid === step.kid)) {
    return { why: 'nothing is planned for it' };
  }
  if (step.planned !== undefined && step.planned <= Math.max(step.at, writtenAt)) {
    return { why: `${isoTime(step.planned)} is not to come: leave out --at` };
  }
  return refusalOf(keys, step) ?? (step.event === 'retired' ? tooEarly(keys, step, due) : undefined);
};

/** The keys whose tokens are verified at `now`, and when that may next change by itself. */
export const nextChange = ({ planned }: Rotation): number => planned[0]?.planned ?? Number.POSITIVE_INFINITY;

export const isoTime = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const isPlanned = (event: KeyEvent): event is PlannedStep => event.planned !== undefined;

const tooEarly = (keys: ReadonlyMap<string, KeyLife>, step: KeyEvent, due: number): Refusal | undefined => {
  const { retireFrom } = keys.get(step.kid) ?? {};
  if (step.event !== 'retired' || retireFrom === undefined || due >= retireFrom) return undefined;
  return { why: `tokens that it signed may live until ${isoTime(retireFrom)}` };
};

/**
 * Lines as they take effect. What was written is a fact, in the order of the ledger, whatever its writers' clocks
 * said; a planned step stands where its time comes, unless a later line took it back before.
 */
const inOrder = (events: readonly KeyEvent[]) => {
  let written = 0;
  const placed = events.map((event, index) => {
    written = Math.max(written, event.at);
    return { event, index, due: event.planned ?? written };
  });
  const takenBack = (one: (typeof placed)[number]) =>
    isPlanned(one.event) &&
    placed.some(
      ({ event, index, due }) =>
        event.event === 'cancelled' && event.kid === one.event.kid && index > one.index && due <= one.due,
    );
  return placed.filter((one) => !takenBack(one)).sort((a, b) => a.due - b.due || a.index - b.index);
};
