import type { KeyState } from '../ports.ts';

/** `adopted`: the key was in use before there was a ledger. `cancelled`: planned steps are withdrawn. */
export const keyEventNames = [
  'generated',
  'imported',
  'adopted',
  'exported',
  'acknowledged',
  'activated',
  'retired',
  'destroyed',
  'cancelled',
] as const;

export type KeyEventName = (typeof keyEventNames)[number];

/** One line of the ledger as the policy sees it. Times are epoch milliseconds, durations milliseconds. */
export interface KeyEvent {
  readonly event: KeyEventName;
  readonly kid: string;
  /** When it was written. */
  readonly at: number;
  /** When it takes effect, if later: a planned step. */
  readonly planned?: number | undefined;
  /** The key was activated although Adobe had not acknowledged it. */
  readonly forced?: boolean | undefined;
  /** With an activation: the longest lifetime of tokens signed with the previous key. */
  readonly maxTokenLifetime?: number | undefined;
}

export interface KeyLife {
  readonly kid: string;
  readonly state: KeyState;
  readonly createdAt: number;
  readonly since: number;
  readonly exported: boolean;
  readonly acknowledged: boolean;
  /** While retiring: its last token may be valid until then. */
  readonly retireFrom?: number;
}

export type Keys = ReadonlyMap<string, KeyLife>;

/** Why a step is rejected. `done`: it has been taken already, so repeating it is harmless. */
export interface Rejection {
  readonly reason: string;
  readonly done?: true;
}

/** Nodes learn of a rotation at different times; tokens of the previous key are accepted this much longer. */
export const retirementMargin = 60_000;

const accepted: ReadonlySet<KeyState> = new Set(['acknowledged', 'active', 'retiring']);

/** Whether a key in this state is published and its signatures are accepted. */
export const isAccepted = (state: KeyState): boolean => accepted.has(state);

/** Whether a key in this state will never sign again. */
export const isEnded = (state: KeyState): boolean => state === 'retired' || state === 'destroyed';

export const activeOf = (keys: Keys): string | undefined =>
  [...keys.values()].find(({ state }) => state === 'active')?.kid;

type CreationEvent = 'generated' | 'imported' | 'adopted';

export const isCreation = (event: KeyEventName): event is CreationEvent =>
  event === 'generated' || event === 'imported' || event === 'adopted';

/** Why this event cannot follow; undefined if it can. */
export const rejectionOf = (keys: Keys, { event, kid, forced }: KeyEvent): Rejection | undefined => {
  const key = keys.get(kid);
  if (isCreation(event)) {
    if (key) return { reason: 'the ledger already has a key with this kid' };
    return event === 'adopted' && activeOf(keys) ? { reason: 'there would be two active keys' } : undefined;
  }
  if (!key) return { reason: 'the ledger has no key with this kid' };
  return event === 'cancelled' ? undefined : rules[event](key, forced === true);
};

type Step = Exclude<KeyEventName, CreationEvent | 'cancelled'>;

const done = (reason: string): Rejection => ({ reason, done: true });

const endedRejection = ({ state }: KeyLife): Rejection | undefined =>
  isEnded(state) ? { reason: `it is ${state}` } : undefined;

const rules: Record<Step, (key: KeyLife, forced: boolean) => Rejection | undefined> = {
  exported: endedRejection,
  acknowledged: (key) => {
    if (isEnded(key.state)) return endedRejection(key);
    if (key.acknowledged) return done('Adobe has already acknowledged it');
    return key.exported ? undefined : { reason: 'it has never been exported: export it first' };
  },
  activated: (key, forced) => {
    if (isEnded(key.state)) return endedRejection(key);
    if (key.state === 'active') return done('it is already active');
    if (key.acknowledged || forced) return undefined;
    return { reason: 'Adobe has not acknowledged it and would reject the tokens it signs' };
  },
  retired: ({ state }) => {
    if (state === 'retired') return done('it is already retired');
    if (state === 'retiring') return undefined;
    if (state === 'active') return { reason: 'it is the active key: activate another one first' };
    return { reason: `it is ${state} and has signed nothing: destroy it if it is not needed` };
  },
  destroyed: ({ state }) => (state === 'destroyed' ? done('it is already destroyed') : undefined),
};

/** The keys after an event that was not rejected. `maxTokenLifetime`: the longest of any family. */
export const afterEvent = (keys: Keys, event: KeyEvent, at: number, maxTokenLifetime: number): Keys => {
  if (isCreation(event.event))
    return new Map(keys).set(event.kid, newKey(event.kid, event.event === 'adopted', at));
  const key = keys.get(event.kid);
  if (!key || event.event === 'cancelled') return keys;
  const validFor = Math.max(event.maxTokenLifetime ?? 0, maxTokenLifetime) + retirementMargin;
  const others = event.event === 'activated' ? withActiveRetiring(keys, at, at + validFor) : keys;
  return new Map(others).set(event.kid, effects[event.event](key, at));
};

const newKey = (kid: string, inUse: boolean, at: number): KeyLife => ({
  kid,
  state: inUse ? 'active' : 'draft',
  createdAt: at,
  since: at,
  exported: inUse,
  acknowledged: inUse,
});

const enter = ({ retireFrom: _, ...key }: KeyLife, state: KeyState, since: number): KeyLife => ({
  ...key,
  state,
  since,
});

const effects: Record<Step, (key: KeyLife, at: number) => KeyLife> = {
  exported: (key, at) => ({ ...(key.state === 'draft' ? enter(key, 'exported', at) : key), exported: true }),
  acknowledged: (key, at) => ({
    ...(key.state === 'exported' ? enter(key, 'acknowledged', at) : key),
    acknowledged: true,
  }),
  activated: (key, at) => enter(key, 'active', at),
  retired: (key, at) => enter(key, 'retired', at),
  destroyed: (key, at) => enter(key, 'destroyed', at),
};

const withActiveRetiring = (keys: Keys, since: number, retireFrom: number): Keys =>
  new Map(
    [...keys].map(([kid, key]) => [
      kid,
      key.state === 'active' ? { ...key, state: 'retiring', since, retireFrom } : key,
    ]),
  );
