import { expect, test } from 'vitest';
import type { Answer } from '#src/adobe-pass/types';
import { createWatchCode } from '#src/flows/watch-code';
import { caller, family, restRequest } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const empty: Answer = { status: 200, body: { profiles: {} } };
const found: Answer = { status: 200, body: { profiles: { Cablevision: {} } } };

const start = (bounds: { maxWaiters?: number } = {}) => {
  const clock = createManualClock();
  const polls: Answer[] = [];
  let next = empty;
  const watch = createWatchCode({
    ...bounds,
    clock,
    codes: {
      find: async ({ code }, family) =>
        code === 'ABC1234' && family === 'ref' ? { family, instance: 'tv', credentials: 'pair' } : undefined,
    },
    getProfileByCode: async () => {
      polls.push(next);
      return next;
    },
  });
  const wait = (changes: { family?: string; seconds?: number; signal?: AbortSignal } = {}) =>
    watch({
      ...restRequest({
        caller: caller({ family: family({ id: changes.family ?? 'ref' }) }),
        input: { parameters: { code: 'ABC1234' } },
      }),
      until: clock.now() + (changes.seconds ?? 25) * 1000,
      signal: changes.signal ?? new AbortController().signal,
    });
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  };
  return { clock, polls, wait, settle, answerWith: (answer: Answer) => (next = answer) };
};

test('a thousand waiters cost one poll each four seconds, and all hear of the profile', async () => {
  const t = start();
  const waiters = Promise.all(Array.from({ length: 1_000 }, () => t.wait()));
  await t.settle();
  await t.clock.advance(8_000);
  expect(t.polls).toHaveLength(3);
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect(new Set(await waiters)).toEqual(new Set([found]));
  expect(t.polls).toHaveLength(4);
});

test('who has waited long enough gets the empty map; the others wait on', async () => {
  const t = start();
  const [short, long] = [t.wait({ seconds: 5 }), t.wait({ seconds: 25 })];
  await t.settle();
  await t.clock.advance(5_000);
  expect(await short).toEqual(empty);
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect(await long).toEqual(found);
});

test('when the last one leaves, the polling ends', async () => {
  const t = start();
  const leaving = new AbortController();
  const waiter = t.wait({ signal: leaving.signal });
  await t.settle();
  leaving.abort(new Error('gone'));
  await expect(waiter).rejects.toThrow('gone');
  await t.clock.advance(60_000);
  expect(t.polls).toHaveLength(1);
  expect(t.clock.waiting).toBe(0);
});

test("another family's caller waits for nothing", async () => {
  const t = start();
  await expect(t.wait({ family: 'other' })).rejects.toMatchObject({ code: 'gateway_code_unknown' });
  expect(t.polls).toHaveLength(0);
});

test('waiters are bounded; the place of one who leaves is free again', async () => {
  const t = start({ maxWaiters: 2 });
  const leaving = new AbortController();
  const [first, second] = [t.wait(), t.wait({ signal: leaving.signal })];
  await t.settle();
  await expect(t.wait()).rejects.toMatchObject({ code: 'gateway_unavailable', retryAfter: 5 });
  leaving.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  const third = t.wait();
  await t.settle();
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect([await first, await third]).toEqual([found, found]);
});
