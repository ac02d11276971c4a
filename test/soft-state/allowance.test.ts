import { describe, expect, test } from 'vitest';
import { type Allowance, fullAllowance, reserve, silence } from '#src/soft-state/allowance';

const limits = { perSecond: 1, burst: 10 };

/** When calls wanted at these times leave, each after its wait. */
const paced = (wanted: readonly number[], from: Allowance = fullAllowance): readonly number[] => {
  let left = from;
  return wanted.map((time) => {
    const slot = reserve(left, time, limits);
    left = slot.left;
    return slot.at;
  });
};

/** Adobe's side, in the three readings that explain its published scenario. */
const readings: Record<string, () => (at: number) => boolean> = {
  'one a second and ten extras': () => {
    let [extras, since, used] = [10, 0, false];
    return (at) => {
      if (Math.floor(at / 1000) !== since) [since, used] = [Math.floor(at / 1000), false];
      if (used) extras -= 1;
      used = true;
      return extras >= 0;
    };
  },
  'a bucket of eleven': () => {
    let [tokens, last] = [11, 0];
    return (at) => {
      tokens = Math.min(11, tokens + (at - last) / 1000) - 1;
      last = at;
      return tokens >= 0;
    };
  },
  'nginx, burst 10, no delay': () => {
    let [excess, last] = [0, 0];
    return (at) => {
      excess = last === 0 ? 0 : Math.max(0, excess - (at - last) / 1000 + 1);
      last = at;
      return excess <= 10;
    };
  },
};

const scenario = [
  0, 300, 600, 900, 1200, 1300, 1400, 1500, 1600, 1700, 1800, 2100, 2200, 2400, 2600, 2800, 3100,
];

describe.for(Object.entries(readings))('read as %s', ([, start]) => {
  test('the published scenario is refused from 2.4 s when it is not paced', () => {
    const admits = start();
    const first = scenario.slice(0, 14).map((at) => admits(at + 1));
    expect(first).toEqual([...Array<boolean>(13).fill(true), false]);
  });

  test('paced, it is never refused', () => {
    const admits = start();
    expect(paced(scenario).every((at) => admits(at + 1))).toBe(true);
  });
});

test('ten at once leave at once, then one a second', () => {
  expect(paced(Array<number>(13).fill(0))).toEqual([...Array<number>(10).fill(0), 1000, 2000, 3000]);
});

test('the burst grows back one a second', () => {
  const left = reserve(fullAllowance, 0, limits).left;
  const spent = Array.from({ length: 9 }).reduce<Allowance>((now) => reserve(now, 0, limits).left, left);
  expect(paced([3000, 3000, 3000, 3000], spent)).toEqual([3000, 3000, 3000, 4000]);
});

test('a 429 means silence for the pause, then one a second', () => {
  const quiet = silence(fullAllowance, 500, 1000, limits);
  expect(paced([500, 500, 500], quiet)).toEqual([1500, 2500, 3500]);
});

test('an allowance of several calls a second', () => {
  const several = { perSecond: 4, burst: 3 };
  const first = reserve(fullAllowance, 1_000, several);
  expect(first).toEqual({ at: 1_000, left: { replenishedAt: 1_250, quietUntil: 0 } });
  const spent = { replenishedAt: 1_750, quietUntil: 7 };
  expect(reserve(spent, 1_000, several)).toEqual({
    at: 1_250,
    left: { replenishedAt: 2_000, quietUntil: 7 },
  });
  expect(silence(spent, 1_000, 2_000, several)).toEqual({ quietUntil: 3_000, replenishedAt: 3_500 });
});

test('a second 429 never shortens the pause of the first', () => {
  const first = silence(fullAllowance, 0, 10_000, limits);
  expect(silence(first, 1_000, 1_000, limits)).toEqual(first);
});
