import { expect, test } from 'vitest';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';

const window = 60_000;

export const counterPromises = (start: Start): void => {
  test('a counter counts up and down in its window, and starts again after it', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.now();
    const until = now + window;
    const add = (by: number, at = now) => rival.counters.add([{ key: 'k', by, window }], at);
    expect(await stores.counters.add([{ key: 'k', by: 1, window }], now)).toEqual([{ count: 1, until }]);
    expect(await add(2, now + 1_000)).toEqual([{ count: 3, until }]);
    expect(await add(-1, until - 1)).toEqual([{ count: 2, until }]);
    expect(await add(0, until)).toEqual([{ count: 0, until: until + window }]);
    expect(await add(1, until)).toEqual([{ count: 1, until: until + window }]);
  });

  test('no counter falls below 0', async () => {
    const { stores, clock } = await start();
    const add = (by: number) => stores.counters.add([{ key: 'k', by, window }], clock.now());
    expect((await add(-3))[0]?.count).toBe(0);
    expect((await add(1))[0]?.count).toBe(1);
    expect((await add(-3))[0]?.count).toBe(0);
  });

  test('several are counted at once and returned in their order', async () => {
    const { stores, clock } = await start();
    const now = clock.now();
    await stores.counters.add([{ key: 'b', by: 7, window }], now);
    const counts = await stores.counters.add(
      [
        { key: 'b', by: 1, window },
        { key: 'a', by: 1, window: 2 * window },
        { key: 'b', by: 0, window },
      ],
      now,
    );
    expect(counts).toEqual([
      { count: 8, until: now + window },
      { count: 1, until: now + 2 * window },
      { count: 8, until: now + window },
    ]);
    expect(await stores.counters.add([], now)).toEqual([]);
  });

  test('no count of rivals is lost', async () => {
    const given = await start();
    const now = given.clock.now();
    const counts = await rivals(given, 100, (through) =>
      through.counters.add(
        [
          { key: 'k', by: 1, window },
          { key: 'total', by: 2, window },
        ],
        now,
      ),
    );
    expect(new Set(counts.map(([k]) => k?.count)).size).toBe(100);
    expect(Math.max(...counts.map(([, total]) => total?.count ?? 0))).toBe(200);
  });

  test('strange keys stay apart', async () => {
    const { stores, clock } = await start();
    const now = clock.now();
    for (const [index, key] of strangeKeys.entries())
      await stores.counters.add([{ key, by: index + 1, window }], now);
    for (const [index, key] of strangeKeys.entries())
      expect((await stores.counters.add([{ key, by: 0, window }], now))[0]?.count).toBe(index + 1);
  });
};
