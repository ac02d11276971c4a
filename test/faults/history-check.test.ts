import { expect, test } from 'vitest';
import { check, type Entry } from '../../tools/faults/history/check.ts';

/** Requests of one sign-in, from `began` to a millisecond later unless told otherwise. */
const entry = (began: number, more: Partial<Entry>): Entry => ({
  ...{ signIn: 's', operation: 'call', began, ended: began + 1, outcome: 'done' },
  ...more,
});
const exchange = (began: number, spent: string, gained: string): Entry =>
  entry(began, { operation: 'exchange', spent, gained });
const end = (began: number, more: Partial<Entry> = {}): Entry => entry(began, { operation: 'end', ...more });

const none = { spentTwice: [], servedAfterEnd: [], lost: [], foreign: [] };
const delay = 1_000;

test('a sequential history has no violations, nor has a repeated response', () => {
  const life = [
    exchange(0, 'code', 'first'),
    exchange(0, 'code', 'first'),
    entry(10, { isOwn: true }),
    exchange(20, 'first', 'second'),
    end(30),
    entry(40, {}), // another node, within the delay
    entry(2_000, { outcome: 'refused' }),
  ];
  expect(check(life, delay)).toEqual(none);
});

test('requests concurrent with a sign-out may be served or refused; a sign-out without a response may have taken effect', () => {
  expect(
    check([exchange(0, 'code', 't'), end(10, { ended: 50 }), entry(20, { outcome: 'refused' })], delay),
  ).toEqual(none);
  const unanswered = [
    exchange(0, 'code', 't'),
    end(10, { outcome: 'unknown' }),
    entry(20, { outcome: 'refused' }),
    entry(5_000, {}),
  ];
  expect(check(unanswered, delay)).toEqual(none);
});

test('a code or token that was redeemed with two results is found', () => {
  expect(check([exchange(0, 'code', 'one'), exchange(5, 'code', 'other')], delay).spentTwice).toEqual([
    'code',
  ]);
});

test('service later than the delay after an acknowledged sign-out is found, by token and by bearer', () => {
  const ended = [exchange(0, 'code', 't'), end(10)];
  expect(check([...ended, entry(1_012, {})], delay).servedAfterEnd).toEqual(['s']);
  expect(check([...ended, exchange(1_012, 't', 'u')], delay).servedAfterEnd).toEqual(['s']);
  expect(check([...ended, entry(1_011, {})], delay)).toEqual(none);
});

test('an acknowledged sign-in that is refused before any sign-out is found', () => {
  const refused = [exchange(0, 'code', 't'), entry(10, { outcome: 'refused' })];
  expect(check(refused, delay).lost).toEqual(['s']);
  expect(check([...refused, end(20)], delay).lost).toEqual(['s']);
  expect(check([entry(0, { outcome: 'refused' })], delay)).toEqual(none);
});

test('a response for another viewer is found; sign-ins are checked separately', () => {
  const others = [exchange(0, 'code', 't'), end(5, { signIn: 'other' }), entry(2_000, { isOwn: false })];
  expect(check(others, delay)).toEqual({ ...none, foreign: ['s'] });
});
