import { expect, test } from 'vitest';
import type { Answer } from '#src/adobe-pass/types';
import { createCodePolls } from '#src/flows/code-polls';
import { fail, type KinpassError } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createPollHub } from '#src/soft-state/local/polls';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';

const empty: Answer = { status: 200, body: { profiles: {} } };
const found: Answer = { status: 200, body: { profiles: { Cablevision: {} } } };

/** Processes on one state, each of which counts what it asks Adobe. */
const start = () => {
  const joinHub = createPollHub();
  const process = (clock: ManualClock, answer: () => Promise<Answer>) => {
    const codePolls = createCodePolls({ polls: joinHub(), perSecond: 1, clock, ids: systemIds });
    let asked = 0;
    return {
      clock,
      asked: () => asked,
      join: (code = 'code', address = '203.0.113.1') =>
        codePolls.join(code, {
          ask: () => {
            asked += 1;
            return answer();
          },
          address,
        }),
    };
  };
  return { process };
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
};

test('while a response takes longer than a turn, no other process polls', async () => {
  const { process } = start();
  const clock = createManualClock();
  const slow = Promise.withResolvers<Answer>();
  const first = process(clock, () => slow.promise);
  const second = process(clock, async () => empty);
  const waiting = first.join();
  await settle();
  const other = second.join();
  await settle();
  await clock.advance(30_000);
  expect([first.asked(), second.asked()]).toEqual([1, 0]);
  slow.resolve(found);
  expect([await waiting.outcome, await other.outcome]).toEqual([found, found]);
  expect(clock.waiting).toBe(0);
});

test('when the polling process dies, another one polls within four seconds', async () => {
  const { process } = start();
  const dead = process(createManualClock(), () => new Promise(() => undefined));
  const second = process(createManualClock(), async () => found);
  dead.join();
  await settle();
  await dead.clock.leap(1_000); // renewed once more
  const other = second.join();
  await settle();
  await second.clock.advance(5_000);
  expect(await other.outcome).toEqual(found);
});

test('a process that was suspended while it polled does not disturb the current one', async () => {
  const { process } = start();
  const stopped = Promise.withResolvers<Answer>();
  const now = Promise.withResolvers<Answer>();
  const first = process(createManualClock(), () => stopped.promise);
  const second = process(createManualClock(), () => now.promise);
  const third = process(second.clock, async () => empty);
  const late = first.join();
  await settle();
  const current = second.join();
  await settle();
  await second.clock.advance(4_000); // the turn of the first has ended
  expect(second.asked()).toBe(1);
  await first.clock.leap(10_000);
  stopped.reject(new Error('reset'));
  await expect(late.outcome).rejects.toThrow('reset');
  // The turn is not free because of that.
  const another = third.join();
  await settle();
  await second.clock.advance(3_900);
  expect(third.asked()).toBe(0);
  now.resolve(found);
  expect([await current.outcome, await another.outcome]).toEqual([found, found]);
});

const failures: readonly (readonly [string, KinpassError | Answer, number])[] = [
  ['a 429', fail('gateway_throttled', { retryAfter: 30 }), 30_000],
  ['a 429 that asks for a second', fail('gateway_throttled', { retryAfter: 1 }), 4_000],
  ['an Adobe that cannot be reached', fail('gateway_adobe_unreachable'), 4_000],
  ['an Adobe that does not answer', fail('gateway_adobe_timeout'), 4_000],
  ['an answer that is no JSON', fail('gateway_adobe_answer_invalid'), 4_000],
  ['a store that is away', fail('gateway_unavailable'), 4_000],
  ['a 500 of Adobe', { status: 500, body: { code: 'internal_server_error' } }, 4_000],
];

test.for(failures)(
  "%s ends nobody's wait: Adobe is asked again after the pause, not before",
  async ([, failure, pause]) => {
    const { process } = start();
    const clock = createManualClock();
    const answers = [async () => empty, async () => failed(failure), async () => found];
    const next = () => (answers.shift() ?? (async () => found))();
    const [first, second] = [process(clock, next), process(clock, next)];
    const waiting = [first.join(), second.join()];
    const asked = () => first.asked() + second.asked();
    await settle();
    await clock.advance(4_000);
    expect(asked()).toBe(2);
    for (const poll of waiting) expect(await poll.latest()).toEqual(empty);
    await clock.advance(pause - 1);
    expect(asked()).toBe(2);
    await clock.advance(1);
    expect(await Promise.all(waiting.map(({ outcome }) => outcome))).toEqual([found, found]);
    expect(asked()).toBe(3);
  },
);

const failed = (failure: KinpassError | Answer): Answer => {
  if (failure instanceof Error) throw failure;
  return failure;
};

test('who waits while Adobe has not answered once is told why', async () => {
  const clock = createManualClock();
  const { join } = start().process(clock, async () => failed(fail('gateway_throttled', { retryAfter: 7 })));
  const poll = join();
  await settle();
  await expect(poll.latest()).rejects.toMatchObject({ code: 'gateway_throttled', retryAfter: 7 });
  poll.leave();
  expect(clock.waiting).toBe(0);
});

test('who waits for the first answer of another process waits ten seconds for it', async () => {
  const { process } = start();
  const asking = process(createManualClock(), () => new Promise(() => undefined));
  const other = process(createManualClock(), async () => empty);
  asking.join();
  await settle();
  const poll = other.join();
  await settle();
  const outcome = expect(poll.latest()).rejects.toMatchObject({ code: 'gateway_adobe_timeout' });
  for (let second = 0; second < 10; second += 1) {
    await asking.clock.advance(1_000);
    await other.clock.advance(1_000);
  }
  await outcome;
});

test.each([
  ['a refusal', { status: 403, body: { code: 'temporary_access_duration_limit_exceeded' } }],
  ['a profile', found],
])('%s ends the wait', async (_, answer) => {
  const { join } = start().process(createManualClock(), async () => answer);
  expect(await join().outcome).toEqual(answer);
});

test('polls of many codes behind one address leave half of its calls to others', async () => {
  const clock = createManualClock();
  const { process } = start();
  const { join, asked } = process(clock, async () => empty);
  const polls = Array.from({ length: 30 }, (_, code) => join(`code ${code}`));
  await settle();
  expect(asked()).toBe(30);
  await clock.advance(60_000);
  expect(asked()).toBe(60);
  for (const poll of polls.slice(2)) poll.leave();
  await clock.advance(60_000);
  expect(asked()).toBeGreaterThanOrEqual(60 + 2 * 14);
  const elsewhere = join('one more', '203.0.113.2');
  await settle();
  const before = asked();
  await clock.advance(4_000);
  expect(asked() - before).toBeGreaterThanOrEqual(3);
  elsewhere.leave();
});
