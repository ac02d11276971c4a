import { describe, expect, test } from 'vitest';
import type { Limits } from '#src/soft-state/allowance';
import { strangeKeys } from '../../stores/conformance/rivals.ts';
import type { Start } from '../conformance.ts';
import { scenario } from '../scenario.ts';

export const allowancePromises = (start: Start): void => {
  for (const mode of ['regenerating', 'once'] as const)
    describe(mode, () => promisesOf(start, { mode, perSecond: 1, burst: 10 }));
};

const promisesOf = (start: Start, limits: Limits): void => {
  /** Calls at a time after the start of the test, by turns through both processes. */
  const calling = async () => {
    const { stores, rival, clock } = await start();
    const began = clock.monotonic();
    let through = stores;
    return {
      began,
      reserve: async (at: number, maxWait = 60_000, key = 'tv') => {
        through = through === stores ? rival : stores;
        const now = began + at;
        const reserved = await through.allowances.reserve({ key, limits, now, latest: now + maxWait });
        return reserved - began;
      },
      silence: (at: number, pause: number) =>
        stores.allowances.silence({ key: 'tv', limits, now: began + at, pause }),
      quietUntil: async () => [
        (await stores.allowances.quietUntil('tv')) - began,
        (await rival.allowances.quietUntil('tv')) - began,
      ],
    };
  };

  test('a burst passes at once, then a call each second, whichever process asks', async () => {
    const { reserve } = await calling();
    const times: number[] = [];
    for (let call = 0; call < 14; call += 1) times.push(await reserve(0));
    expect(times).toEqual([...Array<number>(11).fill(0), 1_000, 2_000, 3_000]);
  });

  test('the published scenario of one device, whichever process it reaches', async () => {
    const { stores, rival, clock } = await start();
    for (const key of ['tv', 'phone']) {
      const began = clock.monotonic();
      for (const [second, status] of scenario) {
        const now = began + second * 1000;
        await clock.advance(Math.max(0, now - clock.monotonic()));
        const { allowances } = key === 'tv' ? stores : rival;
        const at = await allowances.reserve({ key, limits, now, latest: now });
        expect([second, at <= now ? 200 : 429]).toEqual([second, status]);
      }
    }
  });

  test('one process alone has the whole burst and rate', async () => {
    const { stores, clock } = await start();
    const now = clock.monotonic();
    const times: number[] = [];
    for (let call = 0; call < 13; call += 1)
      times.push((await stores.allowances.reserve({ key: 'tv', limits, now, latest: now + 60_000 })) - now);
    expect(times).toEqual([...Array<number>(11).fill(0), 1_000, 2_000]);
  });

  test('what would be too late is not reserved', async () => {
    const { reserve } = await calling();
    for (let call = 0; call < 11; call += 1) await reserve(0);
    expect(await reserve(0, 999)).toBe(1_000);
    expect(await reserve(0, 0)).toBe(1_000);
    expect(await reserve(0, 1_000)).toBe(1_000);
    expect(await reserve(0)).toBe(2_000);
  });

  test('after a 429 every process is silent, and there is no burst after that', async () => {
    const { reserve, silence, quietUntil } = await calling();
    await reserve(0);
    await silence(0, 5_000);
    expect(await quietUntil()).toEqual([5_000, 5_000]);
    expect(await reserve(100)).toBe(5_000);
    expect(await reserve(100)).toBe(6_000);
  });

  test('a second 429 never shortens the pause', async () => {
    const { silence, quietUntil } = await calling();
    await silence(0, 5_000);
    await silence(0, 1_000);
    expect(await quietUntil()).toEqual([5_000, 5_000]);
  });

  test('other keys are not affected; strange ones stay apart', async () => {
    const { reserve, silence } = await calling();
    await silence(0, 60_000);
    for (const key of strangeKeys) expect(await reserve(0, 0, key)).toBe(0);
  });
};
