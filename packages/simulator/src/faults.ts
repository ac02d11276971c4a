import type { Fault, FaultOrder } from '#src/fault-order';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import { createChance } from '#src/seeded';
import { type ThrottleState, throttle } from '#src/throttle';

/** A call, as far as orders look at it. */
export interface Target {
  readonly party: string;
  readonly operation: string;
  readonly path: string;
  /** Where the device is; a throttle tells devices apart by it. */
  readonly address: string;
}

/** An order as it stands: how many calls it matched, and how many of those it met. */
export interface StandingFault extends FaultOrder {
  readonly id: string;
  /** Name of the scenario that ordered it. */
  readonly scenario: string | null;
  readonly matched: number;
  readonly met: number;
}

interface Entry {
  readonly id: string;
  readonly scenario: string | null;
  readonly order: FaultOrder;
  readonly chance: () => number;
  readonly devices: ReturnType<typeof createLru<ThrottleState>>;
  matched: number;
  met: number;
}

const fits = (pattern: string | undefined, value: string): boolean =>
  pattern === undefined ||
  (pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value);

const matches = ({ match }: FaultOrder, target: Target): boolean =>
  (match.party ?? target.party) === target.party &&
  fits(match.operation, target.operation) &&
  fits(match.path, target.path) &&
  (match.address ?? target.address) === target.address;

/** Whether a device asks more often than the fault's own rate; a throttle without a rate stops every call. */
const isTooFast = (fault: Fault, { devices }: Entry, { address }: Target, now: number): boolean => {
  if (fault.kind !== 'throttle' || fault.perSecond === undefined) return true;
  const policy = { perSecond: fault.perSecond, burst: fault.burst, regenerates: true };
  const { admitted, state } = throttle(policy, devices.get(address), now);
  devices.set(address, state);
  return !admitted;
};

const meets = (entry: Entry, target: Target, now: number): boolean => {
  const { order } = entry;
  if (!matches(order, target) || entry.met === order.times) return false;
  entry.matched += 1;
  if (entry.matched <= (order.after ?? 0)) return false;
  if (order.probability !== undefined && entry.chance() >= order.probability) return false;
  return isTooFast(order.fault, entry, target, now);
};

const view = ({ id, scenario, order, matched, met }: Entry): StandingFault => ({
  id,
  scenario,
  ...order,
  matched,
  met,
});

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  /** What the seeds of orders without one grow from. */
  readonly seed: string;
  readonly changed: () => void;
}

/** Which call meets which fault: of the orders that match, the oldest that is not used up and has its chance. */
export const createFaults = ({ clock, seed, changed }: Deps) => {
  let entries: Entry[] = [];
  let count = 0;
  const keep = (wanted: (entry: Entry) => boolean): number => {
    const before = entries.length;
    entries = entries.filter(wanted);
    changed();
    return before - entries.length;
  };

  return {
    add: (given: FaultOrder, { scenario = null }: { scenario?: string | null } = {}): StandingFault => {
      count += 1;
      const id = `fault-${count}`;
      const order = given.probability === undefined ? given : { seed: `${seed}/${id}`, ...given };
      const devices = createLru<ThrottleState>(10_000);
      const entry = {
        id,
        scenario,
        order,
        devices,
        chance: createChance(order.seed ?? ''),
        matched: 0,
        met: 0,
      };
      entries.push(entry);
      changed();
      return view(entry);
    },
    take: (target: Target): Fault | null => {
      const entry = entries.find((candidate) => meets(candidate, target, clock.now()));
      if (!entry) return null;
      entry.met += 1;
      const { fault } = entry.order;
      if (fault.kind !== 'delay' || fault.upTo === undefined) return fault;
      return { ...fault, ms: Math.round(fault.ms + entry.chance() * (fault.upTo - fault.ms)) };
    },
    list: (): StandingFault[] => entries.map(view),
    /** By id or name; how many those were. */
    remove: (which: string): number => keep(({ id, order }) => id !== which && order.name !== which),
    removeOf: (scenario: string, names?: readonly string[]): number =>
      keep(
        (entry) =>
          entry.scenario !== scenario || (names !== undefined && !names.includes(entry.order.name ?? '')),
      ),
    clear: (): void => {
      keep(() => false);
      count = 0;
    },
  };
};

export type Faults = ReturnType<typeof createFaults>;
