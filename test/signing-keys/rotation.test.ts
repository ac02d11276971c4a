import { describe, expect, test } from 'vitest';
import { type KeyEvent, type KeyEventName, retirementMargin } from '#src/signing-keys/ledger/key-life';
import { rejectStep, rotationAt } from '#src/signing-keys/ledger/rotation';
import { randomFrom } from '../support/random-from.ts';
import { exportedAndAcknowledged, hour, type Line, ledgerOf, start } from './ledger-of.ts';

const statesAt = (events: KeyEvent[], hours: number) =>
  Object.fromEntries(
    [...rotationAt(events, start + hours * hour, hour).keys].map(([kid, { state }]) => [kid, state]),
  );

describe('the state of keys', () => {
  const life = ledgerOf(
    [0, 'adopted', 'a'],
    ...exportedAndAcknowledged('b', 1),
    [2, 'activated', 'b', { maxTokenLifetime: hour }],
    [4, 'retired', 'a'],
    [5, 'destroyed', 'a'],
  );
  test.each([
    [1, { a: 'active' }],
    [2, { a: 'active', b: 'draft' }],
    [3, { a: 'active', b: 'exported' }],
    [4, { a: 'active', b: 'acknowledged' }],
    [5, { a: 'retiring', b: 'active' }],
    [6, { a: 'retired', b: 'active' }],
    [7, { a: 'destroyed', b: 'active' }],
  ])('after %i lines', (lines, states) => {
    expect(statesAt(life.slice(0, lines), 9)).toEqual(states);
  });

  test('two rotations may overlap: both previous keys are retiring', () => {
    const events = ledgerOf(
      [0, 'adopted', 'a'],
      ...exportedAndAcknowledged('b'),
      ...exportedAndAcknowledged('c'),
      [1, 'activated', 'b'],
      [1.5, 'activated', 'c'],
    );
    expect(statesAt(events, 2)).toEqual({ a: 'retiring', b: 'retiring', c: 'active' });
  });

  test('a rotation can be rolled back', () => {
    const events = ledgerOf(
      [0, 'adopted', 'a'],
      ...exportedAndAcknowledged('b'),
      [1, 'activated', 'b'],
      [2, 'activated', 'a'],
    );
    expect(statesAt(events, 2)).toEqual({ a: 'active', b: 'retiring' });
  });

  test('written lines count even if the clock is behind them', () => {
    const events = ledgerOf([0, 'adopted', 'a'], ...exportedAndAcknowledged('b'), [5, 'activated', 'b']);
    expect(statesAt(events, 4)).toEqual({ a: 'retiring', b: 'active' });
  });
});

describe('planned steps', () => {
  const events = ledgerOf(
    [0, 'adopted', 'a'],
    ...exportedAndAcknowledged('b'),
    [0, 'activated', 'b', { planned: 10, maxTokenLifetime: hour }],
    [0, 'retired', 'a', { planned: 12 }],
  );
  test.each([
    [9.9, { a: 'active', b: 'acknowledged' }],
    [10, { a: 'retiring', b: 'active' }],
    [11.9, { a: 'retiring', b: 'active' }],
    [12, { a: 'retired', b: 'active' }],
  ])('take effect by the clock: at %d h', (hours, states) => {
    expect(statesAt(events, hours)).toEqual(states);
  });

  test('are listed, soonest first, until they are due', () => {
    const names = (hours: number) =>
      rotationAt(events, start + hours * hour, hour).planned.map(({ event, kid }) => `${event} ${kid}`);
    expect(names(0)).toEqual(['activated b', 'retired a']);
    expect(names(11)).toEqual(['retired a']);
    expect(names(12)).toEqual([]);
  });

  test('have taken effect once a later line relies on them, even if the clock is behind', () => {
    const written = [...events.slice(0, -1), ...ledgerOf([12, 'retired', 'a'])];
    expect(statesAt(written, 5)).toEqual({ a: 'retired', b: 'active' });
    expect(rotationAt(written, start + 5 * hour, hour).fault).toBeUndefined();
  });

  test('are withdrawn by a cancellation, but not after they have taken effect', () => {
    const before = [...events, ...ledgerOf([9, 'cancelled', 'b'])];
    expect(statesAt(before, 11)).toEqual({ a: 'active', b: 'acknowledged' });
    const after = [...events, ...ledgerOf([11, 'cancelled', 'b'])];
    expect(statesAt(after, 11)).toEqual({ a: 'retiring', b: 'active' });
  });

  test('are not listed for a key that was destroyed', () => {
    const destroyed = [...events, ...ledgerOf([5, 'destroyed', 'b'], [5, 'destroyed', 'a'])];
    expect(rotationAt(destroyed, start + 5 * hour, hour).planned).toEqual([]);
  });

  test('are withdrawn by a cancellation at the very time, and only those of that key', () => {
    const cancelled = [...events, ...ledgerOf([10, 'cancelled', 'b'])];
    const { planned, active } = rotationAt(cancelled, start + 10 * hour, hour);
    expect(active).toBe('a');
    expect(planned.map(({ event, kid }) => `${event} ${kid}`)).toEqual(['retired a']);
    const again = [...cancelled, ...ledgerOf([10, 'activated', 'b', { planned: 11 }])];
    expect(statesAt(again, 11)).toEqual({ a: 'retiring', b: 'active' });
  });

  test('lapse if they are not allowed any more when they fall due: the key was destroyed', () => {
    const gone = [...events, ...ledgerOf([5, 'destroyed', 'b'])];
    expect(statesAt(gone, 12)).toEqual({ a: 'active', b: 'destroyed' });
    expect(rotationAt(gone, start + 12 * hour, hour).lapsed).toMatchObject([
      { event: { event: 'activated', kid: 'b' }, reason: 'it is destroyed' },
      {
        event: { event: 'retired', kid: 'a' },
        reason: expect.stringContaining('activate another one first'),
      },
    ]);
  });

  test('lapse if a key would be retired before its last token expires', () => {
    const longer = rotationAt(events, start + 12 * hour, 24 * hour);
    expect(longer.keys.get('a')?.state).toBe('retiring');
    expect(longer.lapsed).toMatchObject([
      { reason: expect.stringMatching(/may be valid until 2030-01-02T10:01/) },
    ]);
  });
});

describe('which steps are rejected', () => {
  const [a, b] = [
    ledgerOf([0, 'adopted', 'a']),
    ledgerOf([0, 'adopted', 'a'], ...exportedAndAcknowledged('b')),
  ];
  const rotated = [...b, ...ledgerOf([1, 'activated', 'b', { maxTokenLifetime: hour }])];
  const done = { done: true };
  const open = 1 + (hour + retirementMargin) / hour;
  test.each([
    ['a draft is activated', ledgerOf([0, 'generated', 'x']), [1, 'activated', 'x'], /not acknowledged/],
    ['a draft is acknowledged', ledgerOf([0, 'generated', 'x']), [1, 'acknowledged', 'x'], /export it first/],
    [
      'activation of a draft is forced',
      ledgerOf([0, 'generated', 'x']),
      [1, 'activated', 'x', { forced: true }],
      null,
    ],
    ['an acknowledged key is activated', b, [1, 'activated', 'b'], null],
    ['it is activated twice', rotated, [1, 'activated', 'b'], done],
    ['it is acknowledged twice', b, [1, 'acknowledged', 'b'], done],
    ['the active key is retired', a, [9, 'retired', 'a'], /activate another one first/],
    ['a key is retired too early', rotated, [1.99, 'retired', 'a'], /may be valid until 2030-01-01T02:01/],
    ['it is retired in time', rotated, [open, 'retired', 'a'], null],
    ['its retirement is planned in time', rotated, [1, 'retired', 'a', { planned: open }], null],
    [
      'its retirement is planned too early',
      rotated,
      [1, 'retired', 'a', { planned: open - 0.01 }],
      /may be valid/,
    ],
    ['a key that has signed nothing is retired', b, [1, 'retired', 'b'], /destroy it/],
    ['a step is planned in the past', b, [1, 'activated', 'b', { planned: 1 }], /in the past; omit --at/],
    ['the active key is destroyed', a, [1, 'destroyed', 'a'], null],
    [
      'a destroyed key is activated',
      [...b, ...ledgerOf([1, 'destroyed', 'b'])],
      [2, 'activated', 'b'],
      /destroyed/,
    ],
    ['it is exported', [...b, ...ledgerOf([1, 'destroyed', 'b'])], [2, 'exported', 'b'], /destroyed/],
    ['it is retired twice', [...rotated, ...ledgerOf([open, 'retired', 'a'])], [9, 'retired', 'a'], done],
    [
      'a retired key is activated',
      [...rotated, ...ledgerOf([open, 'retired', 'a'])],
      [9, 'activated', 'a'],
      /^it is retired$/,
    ],
    [
      'a retired key is acknowledged',
      [...rotated, ...ledgerOf([open, 'retired', 'a'])],
      [9, 'acknowledged', 'a'],
      /^it is retired$/,
    ],
    ['it is destroyed twice', [...a, ...ledgerOf([1, 'destroyed', 'a'])], [2, 'destroyed', 'a'], done],
    [
      'an exported key is retired',
      ledgerOf([0, 'generated', 'x'], [0, 'exported', 'x']),
      [1, 'retired', 'x'],
      /^it is exported and has signed nothing: destroy it if it is not needed$/,
    ],
    ['a kid is used twice', a, [1, 'imported', 'a'], /already/],
    ['a second key is adopted', a, [1, 'adopted', 'z'], /two active keys/],
    ['a step names an unknown key', a, [1, 'activated', 'z'], /no key with this kid/],
    ['there is nothing to cancel', b, [1, 'cancelled', 'b'], /nothing is planned/],
  ] as [string, KeyEvent[], Line, RegExp | object | null][])('%s', (_, events, line, reason) => {
    const [step] = ledgerOf(line);
    if (!step) throw new Error('no step');
    const rejection = rejectStep(events, step, hour);
    if (reason instanceof RegExp) expect(rejection).toEqual({ reason: expect.stringMatching(reason) });
    else if (reason) expect(rejection).toMatchObject(reason);
    else expect(rejection).toBeUndefined();
  });

  test('a ledger with such a line is invalid at that line', () => {
    const { fault } = rotationAt([...a, ...ledgerOf([1, 'adopted', 'z'])], start, hour);
    expect(fault).toEqual({ index: 1, reason: 'there would be two active keys' });
  });
});

describe('for random commands in random order at random times', () => {
  const names: KeyEventName[] = [
    'generated',
    'imported',
    'exported',
    'acknowledged',
    'activated',
    'activated',
    'retired',
    'destroyed',
    'cancelled',
  ];

  /** Random commands for four keys. Calls `look` before and after each of them. */
  const live = (seed: number, look: (events: KeyEvent[], now: number) => void): KeyEvent[] => {
    const random = randomFrom(seed);
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
    const events: KeyEvent[] = [];
    let now = start;
    for (let step = 0; step < 60; step++) {
      now += Math.floor(random() ** 3 * 30 * hour);
      look(events, now);
      const clock = now - (random() < 0.1 ? hour : 0); // a machine that is an hour behind
      const event = pick(names);
      const mayPlan = event === 'activated' || event === 'retired';
      const command: KeyEvent = {
        event,
        kid: pick(['a', 'b', 'c', 'd']),
        at: clock,
        ...(mayPlan && random() < 0.4 && { planned: clock + Math.floor(random() * 50 * hour) }),
        ...(random() < 0.2 && { forced: true }),
        ...(event === 'activated' && { maxTokenLifetime: hour }),
      };
      if (!rejectStep(events, command, hour)) events.push(command);
      look(events, now);
    }
    return events;
  };

  test('there is at most one active key, only `destroy` leaves none, and no key is retired before its last token expires', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 150; seed++) {
      let active: string | undefined;
      let lastSigned = new Map<string, number>();
      live(seed, (events, now) => {
        const about = `seed ${seed}, ${events.length} lines, ${new Date(now).toISOString()}`;
        const { keys, fault } = rotationAt(events, now, hour);
        expect(fault, about).toBeUndefined();
        const signing = [...keys.values()].filter(({ state }) => state === 'active');
        expect(signing.length, about).toBeLessThanOrEqual(1);
        if (active !== undefined && signing.length === 0) {
          expect(keys.get(active)?.state, about).toBe('destroyed');
          seen.add('none left');
        }
        for (const { kid, state, since, retireFrom } of keys.values()) {
          if (state === 'retiring') lastSigned = new Map(lastSigned).set(kid, since);
          if (state === 'retiring') expect(retireFrom, about).toBeGreaterThanOrEqual(since + hour);
          const last = lastSigned.get(kid);
          if (state === 'retired' && last !== undefined)
            expect(since - last, about).toBeGreaterThanOrEqual(hour);
          seen.add(state);
        }
        active = signing[0]?.kid;
      });
    }
    // The commands reached every state.
    expect([...seen].sort()).toEqual(
      ['acknowledged', 'active', 'destroyed', 'draft', 'exported', 'none left', 'retired', 'retiring'].sort(),
    );
  });
});
