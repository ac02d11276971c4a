import { describe, expect, test } from 'vitest';
import { type Allowance, fullAllowance, type Limits, shareOf } from '#src/soft-state/allowance';
import { reserve, silence } from '#src/soft-state/rate-policy';
import { scenario } from './scenario.ts';

const regenerating: Limits = { mode: 'regenerating', perSecond: 1, burst: 10 };
const once: Limits = { ...regenerating, mode: 'once' };
const hour = 3_600_000;

/** When calls wanted at these times leave, each after its wait. */
const paced = (wanted: readonly number[], limits: Limits, from: Allowance = fullAllowance): number[] => {
  let left = from;
  return wanted.map((time) => {
    const slot = reserve(left, time, limits);
    left = slot.left;
    return slot.at;
  });
};

/** The statuses of calls at these times, none of which waits. */
const statuses = (limits: Limits, began: number): number[] => {
  let left = fullAllowance;
  return scenario.map(([second]) => {
    const now = began + Math.round(second * 1000);
    const slot = reserve(left, now, limits);
    if (slot.at > now) return 429;
    left = slot.left;
    return 200;
  });
};

const burst = (calls: number, at = 0): number[] => Array<number>(calls).fill(at);

describe.for([regenerating, once])('a burst that is granted: $mode', (limits) => {
  test.for([0, 1_234_567])('the published scenario, begun at %i ms', (began) => {
    expect(statuses(limits, began)).toEqual(scenario.map(([, status]) => status));
  });

  test('one call of the rate and the ten of the burst leave at once, then one a second', () => {
    expect(paced(burst(14), limits)).toEqual([...burst(11), 1000, 2000, 3000]);
  });

  test('a 429 means silence for the pause, then one a second', () => {
    const quiet = silence(fullAllowance, 500, 1000, limits);
    expect(paced([500, 500, 500], limits, quiet)).toEqual([1500, 2500, 3500]);
    expect(quiet.quietUntil).toBe(1500);
  });

  test('a second 429 never shortens the pause of the first', () => {
    const first = silence(fullAllowance, 0, 10_000, limits);
    expect(silence(first, 1_000, 1_000, limits)).toEqual(first);
  });

  test('parts of it are within the whole', () => {
    for (const sharers of [1, 2, 3, 7, 11]) {
      const part = shareOf(limits, sharers);
      const atOnce = paced(burst(20, 1_000), part).filter((at) => at === 1_000).length;
      expect(atOnce * sharers).toBeLessThanOrEqual(11);
    }
  });
});

describe('a burst that regenerates', () => {
  test('of several calls a second', () => {
    const several = { ...regenerating, perSecond: 4, burst: 2 };
    expect(paced(burst(5), several)).toEqual([0, 0, 0, 250, 500]);
    expect(silence({ replenishedAt: 1_750, quietUntil: 7 }, 1_000, 2_000, several)).toEqual({
      quietUntil: 3_000,
      replenishedAt: 3_500,
    });
  });

  test('grows back one a second', () => {
    const { left } = reserve(fullAllowance, 0, regenerating);
    const spent = burst(10).reduce<Allowance>((now) => reserve(now, 0, regenerating).left, left);
    expect(paced(burst(4, 3000), regenerating, spent)).toEqual([3000, 3000, 3000, 4000]);
  });
});

describe('a burst that is granted once', () => {
  const spentAt = (at: number): Allowance =>
    burst(11, at).reduce<Allowance>((now) => reserve(now, at, once).left, fullAllowance);

  test('never comes back while the device calls', () => {
    let left = spentAt(0);
    for (let time = hour - 1; time < 30 * hour; time += hour - 1) {
      const slots = paced(burst(2, time), once, left);
      expect(slots[0]).toBe(time);
      expect(slots[1]).toBeGreaterThan(time);
      left = reserve(left, time, once).left;
    }
  });

  test('is granted again to a device that has been forgotten', () => {
    const left = spentAt(0);
    expect(paced(burst(12, hour), once, left)).toEqual([...burst(11, hour), hour + 1000]);
  });

  test('what a window leaves is not saved up', () => {
    expect(paced(burst(3, 60_500), once, spentAt(0))).toEqual([60_500, 61_000, 62_000]);
  });

  test('an hour of silence gives nothing back: it begins when the silence ends', () => {
    const quiet = silence(fullAllowance, 0, 60_000, once);
    expect(paced(burst(2, hour), once, quiet)[1]).toBeGreaterThan(hour);
  });

  test('of several calls a second', () => {
    const several = { ...once, perSecond: 4, burst: 2 };
    expect(paced(burst(11), several)).toEqual([...burst(6), ...burst(4, 1000), 2000]);
  });

  test('windows of a rate below one a second are longer', () => {
    const slow = { ...once, perSecond: 0.5, burst: 0 };
    expect(paced(burst(3, 100), slow)).toEqual([100, 2100, 4100]);
  });
});
