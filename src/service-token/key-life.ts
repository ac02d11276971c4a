import type { KeyState } from './ports.ts';

/** What can happen to a key. `adopted`: it signed before there was a ledger. `cancelled`: planned steps are off. */
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
  /** Activation although Adobe has not acknowledged the key. */
  readonly forced?: boolean | undefined;
  /** With an activation: how long the tokens of the key that it supersedes may live. */
  readonly longestLife?: number | undefined;
}

export interface KeyLife {
  readonly kid: string;
  readonly state: KeyState;
  readonly madeAt: number;
  readonly since: number;
  readonly exported: boolean;
  readonly acknowledged: boolean;
  /** While retiring: its last token may live until then. */
  readonly retireFrom?: number;
}

export type Keys = ReadonlyMap<string, KeyLife>;

/** A step that would be wrong, and why. `done`: it has been taken already, so nothing is lost. */
export interface Refusal {
  readonly why: string;
  readonly done?: true;
}

/** Nodes notice a rotation one after another; tokens of the superseded key are believed for so long beyond. */
export const retirementMargin = 60_000;

const believed: ReadonlySet<KeyState> = new Set(['acknowledged', 'active', 'retiring']);

/** Whether tokens of a key in this state are verified, and the key published. */
export const isBelieved = (state: KeyState): boolean => believed.has(state);

export const activeOf = (keys: Keys): string | undefined =>
  [...keys.values()].find(({ state }) => state === 'active')?.kid;

const isBirth = (event: KeyEventName): event is 'generated' | 'imported' | 'adopted' =>
  event === 'generated' || event === 'imported' || event === 'adopted';

/** Why this event cannot follow; undefined when it can. */
export const refusalOf = (keys: Keys, { event, kid, forced }: KeyEvent): Refusal | undefined => {
  const key = keys.get(kid);
  if (isBirth(event)) {
    if (key) return { why: 'the ledger has a key of this kid already' };
    return event === 'adopted' && activeOf(keys) ? { why: 'it would make two active keys' } : undefined;
  }
  if (!key) return { why: 'the ledger has no key of this kid' };
  return event === 'cancelled' ? undefined : rules[event](key, forced === true);
};

type Step = 'exported' | 'acknowledged' | 'activated' | 'retired' | 'destroyed';

const done = (why: string): Refusal => ({ why, done: true });

const gone = ({ state }: KeyLife): Refusal | undefined =>
  state === 'retired' || state === 'destroyed' ? { why: `it is ${state}` } : undefined;

const rules: Record<Step, (key: KeyLife, forced: boolean) => Refusal | undefined> = {
  exported: (key) => gone(key),
  acknowledged: (key) => {
    if (gone(key)) return gone(key);
    if (key.acknowledged) return done('Adobe has acknowledged it already');
    return key.exported ? undefined : { why: 'it was never handed over: export it first' };
  },
  activated: (key, forced) => {
    if (gone(key)) return gone(key);
    if (key.state === 'active') return done('it is active already');
    if (key.acknowledged || forced) return undefined;
    return { why: 'Adobe has not acknowledged it: tokens that it signs would be refused there' };
  },
  retired: ({ state }) => {
    if (state === 'retired') return done('it is retired already');
    if (state === 'retiring') return undefined;
    if (state === 'active') return { why: 'it is the one that signs: activate another one first' };
    return { why: `it is ${state} and has signed nothing: destroy it if it is not wanted` };
  },
  destroyed: ({ state }) => (state === 'destroyed' ? done('it is destroyed already') : undefined),
};

/** The keys after an event that may follow. `longestLife`: that of any family's tokens. */
export const afterEvent = (keys: Keys, event: KeyEvent, at: number, longestLife: number): Keys => {
  if (isBirth(event.event)) {
    return new Map(keys).set(event.kid, born(event.kid, event.event === 'adopted', at));
  }
  const key = keys.get(event.kid);
  if (!key || event.event === 'cancelled') return keys;
  const stays = Math.max(event.longestLife ?? 0, longestLife) + retirementMargin;
  const others = event.event === 'activated' ? superseded(keys, at, at + stays) : keys;
  return new Map(others).set(event.kid, effects[event.event](key, at));
};

const born = (kid: string, inUse: boolean, at: number): KeyLife => ({
  kid,
  state: inUse ? 'active' : 'draft',
  madeAt: at,
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

const superseded = (keys: Keys, since: number, retireFrom: number): Keys =>
  new Map(
    [...keys].map(([kid, key]) => [
      kid,
      key.state === 'active' ? { ...key, state: 'retiring', since, retireFrom } : key,
    ]),
  );
