import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalSoftState } from '#src/soft-state/local/create';
import type { SoftState } from '#src/soft-state/ports';
import { createManualClock } from '../../support/manual-clock.ts';
import { randomFrom } from '../../support/random-from.ts';
import { createSealing, freshPrefix, openNode } from './open-node.ts';
import { hasRedisServer, type RedisServer, sharedRedisUrl, startRedisServer } from './redis-server.ts';
import { tellTime } from './told-time.ts';

type Random = () => number;
type Step = (stores: SoftState, now: number) => unknown;

const oneOf = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

const someLimits = (['regenerating', 'once'] as const).flatMap((mode) => [
  { mode, perSecond: 1, burst: 10 },
  { mode, perSecond: 3, burst: 7 },
  { mode, perSecond: 0.7, burst: 1 },
]);

/** One request to any port, the same to each implementation. */
const anyStep = (random: Random): Step => {
  const owner = oneOf(random, ['one', 'other']);
  const limits = oneOf(random, someLimits);
  // Of one reading, as the rate limiter names them.
  const key = `${oneOf(random, ['a', 'b', 'c'])} ${limits.mode}`;
  const ms = Math.floor(random() ** 2 * 20_000);
  const pace = {
    interval: oneOf(random, [0, 5_000]),
    tolerance: oneOf(random, [0, 1_000]),
    penalty: 5_000,
    maxInterval: 20_000,
  };
  const kept = random() < 0.8;
  return oneOf<Step>(random, [
    ({ allowances }, now) => allowances.reserve({ key, limits, now, latest: now + ms }),
    ({ allowances }, now) => allowances.reserve({ key, limits, now, latest: now }),
    ({ allowances }, now) => allowances.silence({ key, limits, now, pause: ms }),
    async ({ allowances }, now) => Math.max(now, await allowances.quietUntil(key)),
    ({ paces }, now) => paces.accept({ key, now, pace, expiresAt: now + 1 + ms }),
    ({ polls }, now) => polls.take({ key, owner, now, interval: 1 + ms }),
    ({ polls }, now) => polls.renew({ key, owner, now, interval: 1 + ms }),
    ({ polls }) => polls.publish({ key, owner, answer: { ms }, kept }),
    ({ polls }) => polls.release({ key, owner }),
  ]);
};

describe.runIf(sharedRedisUrl !== undefined || hasRedisServer)('any requests in any order', () => {
  let own: RedisServer | undefined;
  beforeAll(async () => {
    if (sharedRedisUrl === undefined) own = await startRedisServer();
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    'are answered as in memory (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const clock = createManualClock(1_900_000_000_000);
      const [url, prefix] = [sharedRedisUrl ?? own?.url ?? '', freshPrefix()];
      const told = tellTime(url, `${prefix}:time`);
      await using node = await openNode({
        settings: { url, prefix },
        sealing: createSealing(),
        clock,
        time: told.time,
      });
      const shared = told.through(node.softState, clock);
      const local = createLocalSoftState().join();
      for (let step = 0; step < 150; step += 1) {
        const act = anyStep(random);
        expect([step, await act(shared, clock.monotonic())]).toEqual([
          step,
          await act(local, clock.monotonic()),
        ]);
        if (random() < 0.5) await clock.leap(Math.floor(random() ** 3 * 12_000));
      }
      expect(node.changes).toEqual(['up']);
      told.close();
    },
  );
});
