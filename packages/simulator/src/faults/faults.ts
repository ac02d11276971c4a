import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import { createChance } from '#src/seeded';
import { type ThrottleState, throttle } from '#src/throttle';
import type { Fault, FaultRule } from './fault-schema.ts';

/** The part of a call that rules match on. */
export interface Target {
  readonly party: string;
  readonly operation: string;
  readonly path: string;
  /** The device's address; rate limits are kept per address. */
  readonly address: string;
}

/** A rule and its counters: calls that matched, and calls that failed because of it. */
export interface ActiveFault extends FaultRule {
  readonly id: string;
  /** Name of the scenario that added it. */
  readonly scenario: string | null;
  readonly matched: number;
  readonly met: number;
}

interface Entry {
  readonly id: string;
  readonly scenario: string | null;
  readonly rule: FaultRule;
  readonly chance: () => number;
  readonly devices: ReturnType<typeof createLru<ThrottleState>>;
  matched: number;
  met: number;
}

const fits = (pattern: string | undefined, value: string): boolean =>
  pattern === undefined ||
  (pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value);

const matches = ({ match }: FaultRule, target: Target): boolean =>
  (match.party ?? target.party) === target.party &&
  fits(match.operation, target.operation) &&
  fits(match.path, target.path) &&
  (match.address ?? target.address) === target.address;

/** Whether the device exceeds the fault's own rate; a throttle without a rate stops every call. */
const exceedsRate = (fault: Fault, { devices }: Entry, { address }: Target, now: number): boolean => {
  if (fault.kind !== 'throttle' || fault.perSecond === undefined) return true;
  const policy = { perSecond: fault.perSecond, burst: fault.burst, regenerates: true };
  const { admitted, state } = throttle(policy, devices.get(address), now);
  devices.set(address, state);
  return !admitted;
};

const applies = (entry: Entry, target: Target, now: number): boolean => {
  const { rule } = entry;
  if (!matches(rule, target) || entry.met === rule.times) return false;
  entry.matched += 1;
  if (entry.matched <= (rule.after ?? 0)) return false;
  if (rule.probability !== undefined && entry.chance() >= rule.probability) return false;
  return exceedsRate(rule.fault, entry, target, now);
};

const view = ({ id, scenario, rule, matched, met }: Entry): ActiveFault => ({
  id,
  scenario,
  ...rule,
  matched,
  met,
});

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  /** The seeds of rules without one are derived from it. */
  readonly seed: string;
  readonly changed: () => void;
}

/** Selects the fault for a call: the oldest matching rule that is not used up and whose probability hits. */
export const createFaults = ({ clock, seed, changed }: Deps) => {
  let entries: Entry[] = [];
  let count = 0;
  /** Returns how many were removed. */
  const filter = (keep: (entry: Entry) => boolean): number => {
    const before = entries.length;
    entries = entries.filter(keep);
    changed();
    return before - entries.length;
  };

  return {
    add: (given: FaultRule, { scenario = null }: { scenario?: string | null } = {}): ActiveFault => {
      count += 1;
      const id = `fault-${count}`;
      const rule = given.probability === undefined ? given : { seed: `${seed}/${id}`, ...given };
      const entry = {
        id,
        scenario,
        rule,
        devices: createLru<ThrottleState>(10_000),
        chance: createChance(rule.seed ?? ''),
        matched: 0,
        met: 0,
      };
      entries.push(entry);
      changed();
      return view(entry);
    },
    take: (target: Target): Fault | null => {
      const entry = entries.find((candidate) => applies(candidate, target, clock.now()));
      if (!entry) return null;
      entry.met += 1;
      const { fault } = entry.rule;
      if (fault.kind !== 'delay' || fault.upTo === undefined) return fault;
      return { ...fault, ms: Math.round(fault.ms + entry.chance() * (fault.upTo - fault.ms)) };
    },
    list: (): ActiveFault[] => entries.map(view),
    /** By id or name; returns how many were removed. */
    remove: (idOrName: string): number => filter(({ id, rule }) => id !== idOrName && rule.name !== idOrName),
    /** Those that the scenario added, or of these the named ones. */
    removeOf: (scenario: string, names?: readonly string[]): number =>
      filter(
        (entry) =>
          entry.scenario !== scenario || (names !== undefined && !names.includes(entry.rule.name ?? '')),
      ),
    clear: (): void => {
      filter(() => false);
      count = 0;
    },
  };
};

export type Faults = ReturnType<typeof createFaults>;
