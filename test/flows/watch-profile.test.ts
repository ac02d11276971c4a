import { expect, test } from 'vitest';
import type { Answer } from '#src/adobe-pass/types';
import { createCodePolls } from '#src/flows/code-polls';
import { createHoldAnswer } from '#src/flows/hold-answer';
import { createWaiters } from '#src/flows/waiters';
import { createWatchProfile } from '#src/flows/watch-profile';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createPollHub } from '#src/soft-state/local/polls';
import { caller, restRequest } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const empty: Answer = { status: 200, body: { profiles: {} } };
const found: Answer = { status: 200, body: { profiles: { Cablevision: {} } } };

const start = () => {
  const clock = createManualClock();
  const waiters = createWaiters();
  const asked: (string | undefined)[] = [];
  let next: () => Answer = () => empty;
  const watch = createWatchProfile({
    getProfile: async (request) => {
      asked.push(request.caller.viewer);
      return next();
    },
    polls: createCodePolls({ polls: createPollHub()(), perSecond: 1, clock, ids: systemIds }),
    holdAnswer: createHoldAnswer({ waiters, clock }),
  });
  const wait = (seconds: number, viewer = 'ana', identifyAgain = async () => caller({ viewer })) =>
    watch({
      ...restRequest({ caller: caller({ viewer }) }),
      hold: seconds * 1000,
      signal: new AbortController().signal,
      since: waiters.generation(),
      identifyAgain,
    });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  };
  return { clock, asked, wait, settle, answer: (answer: () => Answer) => (next = answer) };
};

test('Adobe is asked every 15 seconds, until there is a profile', async () => {
  const t = start();
  const waiter = t.wait(1_800);
  await t.settle();
  await t.clock.advance(14_999);
  expect(t.asked).toHaveLength(1);
  await t.clock.advance(15_001);
  expect(t.asked).toHaveLength(3);
  t.answer(() => found);
  await t.clock.advance(15_000);
  expect(await waiter).toEqual(found);
  expect(t.clock.waiting).toBe(0);
});

test('after its time the answer is what is known', async () => {
  const t = start();
  const waiter = t.wait(25);
  await t.settle();
  await t.clock.advance(25_000);
  expect(await waiter).toEqual(empty);
  await t.clock.advance(60_000);
  expect(t.asked).toHaveLength(2);
});

test('each viewer asks for themselves', async () => {
  const t = start();
  const waiters = [t.wait(25, 'ana'), t.wait(25, 'ben')];
  await t.settle();
  expect(t.asked).toEqual(['ana', 'ben']);
  t.answer(() => found);
  await t.clock.advance(15_000);
  expect(await Promise.all(waiters)).toEqual([found, found]);
});

test('a 429 and an outage end no wait', async () => {
  const t = start();
  const waiter = t.wait(1_800);
  await t.settle();
  t.answer(() => {
    throw fail('gateway_throttled', { retryAfter: 30 });
  });
  await t.clock.advance(15_000);
  t.answer(() => {
    throw fail('gateway_adobe_unreachable');
  });
  await t.clock.advance(29_999);
  expect(t.asked).toHaveLength(2);
  await t.clock.advance(1);
  t.answer(() => found);
  await t.clock.advance(4_000);
  expect(await waiter).toEqual(found);
});

test('who is signed out meanwhile is not given the profile', async () => {
  const t = start();
  const waiter = t.wait(25, 'ana', async () => {
    throw fail('gateway_revoked');
  });
  await t.settle();
  t.answer(() => found);
  const outcome = expect(waiter).rejects.toMatchObject({ code: 'gateway_revoked' });
  await t.clock.advance(15_000);
  await outcome;
});
