import { beforeEach, describe, expect, test } from 'vitest';
import {
  createGuessBudget,
  delayAfter,
  type GuessBudget,
  type GuessSources,
} from '#src/families/guess-budget';
import type { CounterStore } from '#src/stores/expiring-ports';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';

let clock: ManualClock;
let counters: CounterStore;
let budget: GuessBudget;
let wrong: number;
beforeEach(() => {
  clock = createManualClock();
  counters = createMemoryStores().counters;
  wrong = 0;
  budget = open();
});
const open = () =>
  createGuessBudget({
    counters,
    clock,
    codes: 'test',
    exceeded: 'sign_in_attempts_exceeded',
    wrongCode: () => {
      wrong += 1;
    },
  });

const viewer = (account: string, address = '203.0.113.9') => ({ account, address });
const guess = async (sources: GuessSources) => (await budget.attempt(sources)).wrong();
const guessTimes = async (times: number, sources: (index: number) => GuessSources) => {
  for (let index = 0; index < times; index += 1) await guess(sources(index));
};
const refused = (sources: GuessSources) =>
  expect(budget.attempt(sources)).rejects.toMatchObject({ code: 'sign_in_attempts_exceeded' });

describe('what is counted', () => {
  test.each([
    ['an account, wherever it is', 20, (n: number) => ({ account: 'ana', address: `203.0.113.${n}` })],
    ['an instance, wherever it is', 20, (n: number) => ({ instance: 'tv', address: `203.0.113.${n}` })],
    ['an IPv4 address, whoever is there', 100, (n: number) => viewer(`viewer-${n}`)],
    [
      'the same address in IPv6 form',
      100,
      (n: number) => viewer(`viewer-${n}`, n % 2 === 0 ? '203.0.113.9' : '::ffff:203.0.113.9'),
    ],
    [
      'a /64 of IPv6, whichever half the device chooses',
      30,
      (n: number) => viewer(`viewer-${n}`, `2001:db8:0:1:${n.toString(16)}::1`),
    ],
  ])('%s', async (_what, max, sources) => {
    await guessTimes(max, sources);
    await refused(sources(max));
    expect(wrong).toBe(max);
  });

  test('nobody else is refused: another account, another network, another /64', async () => {
    await guessTimes(20, () => viewer('mallory'));
    await guessTimes(30, (n) => viewer(`m${n}`, `2001:db8:0:1::${n.toString(16)}`));
    await refused(viewer('mallory'));
    await budget.attempt(viewer('ana'));
    await budget.attempt(viewer('ben', '2001:db8:0:2::1'));
    await budget.attempt({ address: '2001:db8:1:1::1', instance: 'tv' });
  });

  test('guesses made at once count as well', async () => {
    const all = await Promise.allSettled(Array.from({ length: 200 }, () => budget.attempt(viewer('ana'))));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  });

  test('an account alone does not use up its network', async () => {
    for (let n = 0; n < 50; n += 1) await guess(viewer('mallory')).catch(() => undefined);
    await guessTimes(80, (n) => viewer(`viewer-${n}`));
  });

  test('other codes have other budgets, and another process counts on', async () => {
    await guessTimes(20, () => viewer('ana'));
    const other = createGuessBudget({
      counters,
      clock,
      codes: 'other',
      exceeded: 'sign_in_attempts_exceeded',
      wrongCode: () => undefined,
    });
    await other.attempt(viewer('ana'));
    budget = open();
    await refused(viewer('ana'));
  });
});

describe('what a right code changes', () => {
  test('it does not count', async () => {
    for (let n = 0; n < 60; n += 1) await (await budget.attempt(viewer('ana'))).release();
    await budget.attempt(viewer('ana'));
    expect(wrong).toBe(0);
  });

  test('it resets nothing', async () => {
    await guessTimes(19, () => viewer('ana'));
    await (await budget.attempt(viewer('ana'))).release();
    await guess(viewer('ana'));
    await refused(viewer('ana'));
  });
});

describe('time', () => {
  test('the answer says when to try again; then there is a new budget', async () => {
    await guessTimes(20, () => viewer('ana'));
    await clock.advance(400_000);
    await expect(budget.attempt(viewer('ana'))).rejects.toMatchObject({ retryAfter: 200 });
    await clock.advance(200_000);
    await budget.attempt(viewer('ana'));
  });

  test('a day has a budget of its own, which refused attempts do not use up', async () => {
    for (let window = 0; window < 5; window += 1) {
      await guessTimes(20, () => viewer('ana'));
      await refused(viewer('ana'));
      await clock.advance(600_000);
    }
    await expect(budget.attempt(viewer('ana'))).rejects.toMatchObject({ retryAfter: 86_400 - 3_000 });
    await clock.advance(86_400_000 - 3_000_000);
    await budget.attempt(viewer('ana'));
  });
});

describe('the total', () => {
  test('of wrong codes makes everybody wait a little, and refuses nobody', async () => {
    await guessTimes(1_000, (n) => viewer(`viewer-${n}`, `10.0.${n >> 8}.${n & 255}`));
    expect(clock.waiting).toBe(0);
    await counters.add([{ key: '["wrong-codes","test","total"]', by: 1_000, window: 600_000 }], clock.now());
    const slowed = budget.attempt(viewer('ana'));
    await expect.poll(() => clock.waiting).toBe(1);
    await clock.advance(delayAfter(2_001));
    await slowed;
  });

  test.each([
    [0, 0],
    [1_000, 0],
    [1_002, 1],
    [3_000, 1_000],
    [5_000, 2_000],
    [1_000_000, 2_000],
  ])('of %i delays by %i ms', (total, delay) => expect(delayAfter(total)).toBe(delay));
});
