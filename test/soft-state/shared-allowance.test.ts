import { describe, expect, test } from 'vitest';
import { fullAllowance } from '#src/soft-state/allowance';
import { reserve } from '#src/soft-state/rate-policy';
import { joinLanes } from '#src/soft-state/workers/lane';
import { createManualClock } from '../support/manual-clock.ts';
import { randomFrom } from '../support/random-from.ts';
import { type LinkedWorkers, linkWorkers } from './linked-workers.ts';

const limits = { mode: 'regenerating', perSecond: 1, burst: 9 } as const;
const key = 'tv';

/** True if calls at these times never exceed a bucket of ten that fills by one a second. */
const conforms = (times: readonly number[]): boolean => {
  const capacity = limits.burst + 1;
  let [tokens, last] = [capacity, 0];
  return times
    .toSorted((a, b) => a - b)
    .every((at) => {
      tokens = Math.min(capacity, tokens + (at - last) / 1000) - 1;
      last = at;
      return tokens > -1e-6;
    });
};

/** Lets messages arrive. */
const settle = async () => {
  for (let turn = 0; turn < 12; turn += 1) await new Promise(setImmediate);
};

interface Story {
  readonly workers: number;
  readonly seed: number;
  /** Which worker a call reaches. */
  readonly reached: (random: () => number, call: number) => number;
  readonly meanwhile?: (linked: LinkedWorkers, random: () => number) => void;
}

/** A hundred calls, in bursts with pauses; returns when each one goes out. */
const calls = async ({ workers, seed, reached, meanwhile }: Story) => {
  const random = randomFrom(seed);
  const clock = createManualClock(1_000_000);
  await using linked = linkWorkers(workers, clock);
  const times: number[] = [];
  const wanted: number[] = [];
  const asked: Promise<void>[] = [];
  for (let call = 0; call < 100; call += 1) {
    const now = clock.monotonic();
    const { allowances } = linked.worker(reached(random, call));
    const reserved = allowances.reserve({ key, limits, now, latest: now + 1_000_000 });
    wanted.push(now);
    if (typeof reserved === 'number') times[call] = reserved;
    else
      asked.push(
        reserved.then((at) => {
          times[call] = at;
        }),
      );
    if (random() < 0.6) continue; // several calls at once, from anywhere
    await settle();
    meanwhile?.(linked, random);
    await clock.advance(Math.floor(random() ** 3 * 12_000));
  }
  await settle();
  await Promise.all(asked);
  return { times, wanted };
};

const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);
const anyWorker = (workers: number) => (random: () => number) => Math.floor(random() * workers);

describe.for([2, 3, 7, 10, 11, 16])('%i workers', (workers) => {
  test('what goes out is what Adobe allows, however calls are spread', async () => {
    for (const seed of seeds) {
      const { times } = await calls({ workers, seed, reached: anyWorker(workers) });
      expect([seed, times.length, conforms(times)]).toEqual([seed, 100, true]);
    }
  });

  test('also while workers are killed and replaced', async () => {
    for (const seed of seeds) {
      const { times } = await calls({
        workers,
        seed,
        reached: anyWorker(workers),
        meanwhile: (linked, random) => {
          if (random() < 0.2) linked.replace(Math.floor(random() * workers));
        },
      });
      expect([seed, conforms(times)]).toEqual([seed, true]);
    }
  });

  test('a device that always reaches the same worker waits no longer than in one process', async () => {
    for (const seed of seeds) {
      const { times, wanted } = await calls({ workers, seed, reached: () => workers - 1 });
      let left = fullAllowance;
      const alone = wanted.map((now) => {
        const slot = reserve(left, now, limits);
        left = slot.left;
        return slot.at;
      });
      expect([seed, times.findIndex((at, call) => at > (alone[call] ?? 0))]).toEqual([seed, -1]);
    }
  });
});

test('calls that are spread evenly wait no longer than in one process', async () => {
  const { times } = await calls({ workers: 2, seed: 1, reached: (_, call) => call % 2 });
  expect(conforms(times)).toBe(true);
  const clock = createManualClock(1_000_000);
  await using linked = linkWorkers(2, clock);
  const now = clock.monotonic();
  const burst = Array.from({ length: 12 }, (_, call) =>
    linked.worker(call % 2).allowances.reserve({ key, limits, now, latest: now + 60_000 }),
  );
  expect((await Promise.all(burst)).map((at) => at - now)).toEqual([
    ...Array<number>(10).fill(0),
    1_000,
    2_000,
  ]);
});

test('once all is available again, a worker need not ask', async () => {
  const clock = createManualClock(1_000_000);
  await using linked = linkWorkers(2, clock);
  const { allowances } = linked.worker(0);
  const call = () =>
    allowances.reserve({ key, limits, now: clock.monotonic(), latest: clock.monotonic() + 60_000 });
  for (let n = 0; n < 5; n += 1) expect(call()).toBe(clock.monotonic());
  expect(call()).toBeInstanceOf(Promise);
  await settle();
  await clock.advance(5_000);
  expect(call()).toBeInstanceOf(Promise);
  await settle();
  await clock.advance(8_000);
  await settle();
  expect(call()).toBe(clock.monotonic());
});

test('while the primary is away, a worker goes on with its part of the rate', async () => {
  const clock = createManualClock(1_000_000);
  await using linked = linkWorkers(2, clock);
  const { allowances } = linked.worker(0);
  linked.cut(0);
  const now = clock.monotonic();
  const turns = Array.from({ length: 7 }, () =>
    allowances.reserve({ key, limits, now, latest: now + 60_000 }),
  );
  expect((await Promise.all(turns)).map((at) => at - now)).toEqual([0, 0, 0, 0, 0, 2_000, 4_000]);
  expect(await allowances.reserve({ key, limits, now, latest: now })).toBeGreaterThan(now);
});

test('a 429 silences the device on every worker, also on one that starts later', async () => {
  const clock = createManualClock(1_000_000);
  await using linked = linkWorkers(2, clock);
  const now = clock.monotonic();
  await linked.worker(0).allowances.silence({ key, limits, now, pause: 5_000 });
  linked.replace(1);
  await settle();
  const { allowances } = linked.worker(1);
  expect(await allowances.quietUntil(key)).toBe(now + 5_000);
  expect(await allowances.reserve({ key, limits, now, latest: now + 60_000 })).toBe(now + 5_000);
});

test('a worker that died counts as having used its lane up, also before another one takes its place', async () => {
  const clock = createManualClock(1_000_000);
  await using linked = linkWorkers(2, clock);
  const now = clock.monotonic();
  linked.kill(1);
  const { allowances } = linked.worker(0);
  const turns = Array.from({ length: 6 }, () =>
    allowances.reserve({ key, limits, now, latest: now + 60_000 }),
  );
  expect((await Promise.all(turns)).map((at) => at - now)).toEqual([0, 0, 0, 0, 0, 1_000]);
});

test('what went out on another lane meanwhile counts, also if that lane is whole again', () => {
  const own = { replenishedAt: 10_000, since: 0, alone: 5_000 };
  expect(joinLanes([own, undefined], 3_000)).toBe(5_000);
  // Six calls at about the same time: the whole is back six seconds after it.
  const other = { replenishedAt: 2_100, since: 100, alone: 1_100 };
  expect(joinLanes([own, other], 3_000)).toBeGreaterThanOrEqual(6_000);
});

test('a worker that does not give up its lane counts as having used it up', async () => {
  const clock = createManualClock(1_000_000);
  await using linked = linkWorkers(2, clock);
  linked.cut(1);
  const now = clock.monotonic();
  const { allowances } = linked.worker(0);
  const turns = Array.from({ length: 6 }, () =>
    allowances.reserve({ key, limits, now, latest: now + 60_000 }),
  );
  expect((await Promise.all(turns)).map((at) => at - now)).toEqual([0, 0, 0, 0, 0, 1_000]);
});
