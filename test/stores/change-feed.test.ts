import { expect, onTestFinished, test } from 'vitest';
import { fail } from '#src/lib/errors';
import { createChangeFeed } from '#src/stores/change-feed';
import type { Change } from '#src/stores/expiring-ports';
import { createManualClock } from '../support/manual-clock.ts';

const start = async () => {
  const clock = createManualClock();
  const all: Change[] = [];
  const told: string[] = [];
  const warnings: string[] = [];
  const reached: boolean[] = [];
  const reads: number[] = [];
  let away = false;
  let held: Promise<void> | undefined;
  const read = async <T>(answer: T): Promise<T> => {
    reads.push(clock.now());
    await held;
    if (away) throw fail('gateway_unavailable');
    return answer;
  };
  const end = (id: string) => all.push({ position: all.length + 1, kind: 'account', id, at: clock.now() });
  end('long ago');
  const feed = createChangeFeed({
    changes: {
      record: () => read(undefined),
      latest: () => read(all.length),
      since: (position, limit) => read(all.slice(position, position + limit)),
    },
    listener: {
      changed: ({ id }) => told.push(id),
      missed: () => told.push('missed'),
      upToDate: () => undefined,
    },
    reached: (isReached) => reached.push(isReached),
    clock,
    log: { warn: (_, message) => warnings.push(message) },
  });
  onTestFinished(feed.close);
  await feed.look();
  return {
    clock,
    told,
    warnings,
    reached,
    reads,
    end,
    feed,
    goAway: () => (away = true),
    comeBack: () => (away = false),
    /** Returns what lets them end. */
    holdReads: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
  };
};

test('a change of another process is reported within half a second, once, and none from before the start', async () => {
  const t = await start();
  expect(t.told).toEqual(['missed']);
  t.end('ana');
  t.end('ben');
  await t.clock.advance(500);
  expect(t.told).toEqual(['missed', 'ana', 'ben']);
  await t.clock.advance(5_000);
  expect(t.told).toHaveLength(3);
});

test('a change is reported at once to whoever asks', async () => {
  const t = await start();
  t.end('ana');
  await t.feed.look();
  expect(t.told).toEqual(['missed', 'ana']);
});

test('a thousand changes at once are all reported', async () => {
  const t = await start();
  for (let index = 0; index < 1_200; index += 1) t.end(`account ${index}`);
  await t.feed.look();
  expect(t.told).toHaveLength(1_201);
});

test('a store that was away is read again; that changes may have been missed is reported, and logged once', async () => {
  const t = await start();
  t.goAway();
  await t.clock.advance(3_000);
  t.end('ana');
  t.comeBack();
  await t.clock.advance(500);
  expect(t.told).toEqual(['missed', 'missed']);
  expect(t.warnings).toHaveLength(1);
  t.end('ben');
  await t.clock.advance(500);
  expect(t.told).toEqual(['missed', 'missed', 'ben']);
});

test('a process that was suspended for long may have missed what is no longer kept', async () => {
  const t = await start();
  t.end('ana');
  await t.clock.leap(2 * 3_600_000);
  expect(t.told).toEqual(['missed', 'missed']);
});

test('so may one whose machine slept, while the monotonic clock stood still', async () => {
  const t = await start();
  t.end('ana');
  t.clock.setWallClock(2 * 3_600_000);
  await t.feed.look();
  expect(t.told).toEqual(['missed', 'missed']);
  t.end('ben');
  await t.feed.look();
  expect(t.told).toEqual(['missed', 'missed', 'ben']);
});

test('how old it is counts from the beginning of the last read', async () => {
  const t = await start();
  const goOn = t.holdReads();
  await t.clock.advance(500);
  const begun = t.clock.monotonic();
  await t.clock.advance(400);
  goOn();
  await new Promise(setImmediate);
  expect(t.feed.readAt()).toBe(begun);
});

test('a closed feed reads no more', async () => {
  const t = await start();
  t.feed.close();
  const before = t.reads.length;
  await t.clock.advance(5_000);
  await t.feed.look();
  expect(t.reads).toHaveLength(before);
  expect(t.clock.waiting).toBe(0);
});

test('a feed is up to date for a second from the beginning of each read that succeeded', async () => {
  const t = await start();
  expect(t.feed.isUpToDate()).toBe(true);
  await t.clock.advance(10_000);
  expect(t.feed.isUpToDate()).toBe(true);
  t.goAway();
  await t.clock.advance(500);
  expect(t.feed.isUpToDate()).toBe(false);
  t.comeBack();
  await t.clock.advance(500);
  expect(t.feed.isUpToDate()).toBe(true);
});

test('a feed is not up to date while a read does not end, once the one before is a second old', async () => {
  const t = await start();
  const goOn = t.holdReads();
  await t.clock.advance(1_000);
  expect(t.feed.isUpToDate()).toBe(true);
  await t.clock.advance(1);
  expect(t.feed.isUpToDate()).toBe(false);
  t.end('ana');
  goOn();
  await t.feed.look();
  expect(t.told).toEqual(['missed', 'ana']);
  expect(t.feed.isUpToDate()).toBe(true);
});

/** What has arrived is read first. */
const turn = () => new Promise(setImmediate);

const outOfReachAfterOneSecond = async ({ clock, reached }: Awaited<ReturnType<typeof start>>) => {
  await clock.advance(999);
  await turn();
  expect(reached).toEqual([]);
  await clock.advance(1);
  await turn();
  expect(reached).toEqual([false]);
};

test('an unreachable store is reported after a second without a response, and its return at once', async () => {
  const t = await start();
  const goOn = t.holdReads();
  await outOfReachAfterOneSecond(t);
  goOn();
  await t.feed.look();
  expect(t.reached).toEqual([false, true]);
});

test('a single failed read is retried before that', async () => {
  const t = await start();
  await t.clock.advance(499);
  t.goAway();
  await t.clock.advance(1);
  t.comeBack();
  await t.clock.advance(2_000);
  expect([t.reached, t.warnings.length]).toEqual([[], 1]);
});

test('a store that fails for a second counts as unreachable', async () => {
  const t = await start();
  t.goAway();
  await outOfReachAfterOneSecond(t);
  t.comeBack();
  await t.clock.advance(250);
  expect(t.reached).toEqual([false, true]);
});
