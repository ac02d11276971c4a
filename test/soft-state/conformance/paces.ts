import { expect, test } from 'vitest';
import type { Pace } from '#src/soft-state/ports';
import { rivals, strangeKeys } from '../../stores/conformance/rivals.ts';
import type { Start } from '../conformance.ts';

const pace: Pace = { interval: 5_000, tolerance: 1_000, penalty: 5_000, maxInterval: 20_000 };
const life = 600_000;

/** Asks at a time after the start of the test. */
const asking = async (start: Start) => {
  const { stores, rival, clock } = await start();
  const began = clock.monotonic();
  let through = stores;
  return (at: number, changes: Partial<Pace> = {}) => {
    through = through === stores ? rival : stores;
    const now = began + at;
    return through.paces.accept({ key: 'k', now, pace: { ...pace, ...changes }, expiresAt: now + life });
  };
};

export const pacePromises = (start: Start): void => {
  test('the first request is accepted, then one in each interval, less the tolerance', async () => {
    const ask = await asking(start);
    expect(await ask(0)).toBe(true);
    expect(await ask(4_000)).toBe(true);
    expect(await ask(7_999)).toBe(false);
  });

  test('the interval is counted from the last accepted request, not from a refused one', async () => {
    const ask = await asking(start);
    await ask(0);
    expect(await ask(3_000)).toBe(false); // from now on every 10 s
    expect(await ask(8_999)).toBe(false); // 15 s
    expect(await ask(14_000)).toBe(true);
    expect(await ask(28_000)).toBe(true);
  });

  test('each refusal makes the interval longer, up to its maximum', async () => {
    const ask = await asking(start);
    await ask(0);
    for (let time = 0; time < 10; time += 1) expect(await ask(1)).toBe(false);
    expect(await ask(18_999)).toBe(false);
    expect(await ask(19_000)).toBe(true);
  });

  test('an interval beyond the maximum is not shortened', async () => {
    const ask = await asking(start);
    const slow = { interval: 60_000 };
    await ask(0, slow);
    expect(await ask(1, slow)).toBe(false);
    expect(await ask(58_999, slow)).toBe(false);
    expect(await ask(59_000, slow)).toBe(true);
  });

  test('without an interval nothing is refused', async () => {
    const ask = await asking(start);
    for (let time = 0; time < 5; time += 1) expect(await ask(0, { interval: 0, tolerance: 0 })).toBe(true);
  });

  test('a pace is forgotten at its end', async () => {
    const ask = await asking(start);
    await ask(0);
    expect(await ask(1)).toBe(false);
    expect(await ask(life + 1)).toBe(true);
    expect(await ask(life + 1 + 4_000)).toBe(true);
  });

  test('of rivals one is accepted', async () => {
    const given = await start();
    const now = given.clock.monotonic();
    const accepted = await rivals(given, 50, (through) =>
      through.paces.accept({ key: 'k', now, pace, expiresAt: now + life }),
    );
    expect(accepted.filter(Boolean)).toHaveLength(1);
  });

  test('strange keys stay apart', async () => {
    const { stores, clock } = await start();
    const now = clock.monotonic();
    for (const key of strangeKeys)
      expect(await stores.paces.accept({ key, now, pace, expiresAt: now + life })).toBe(true);
  });
};
