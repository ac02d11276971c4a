import { beforeEach, describe, expect, test } from 'vitest';
import { createTimeToPlay } from '#src/flows/time-to-play';

const second = 1_000;
let now: number;
let seen: [string, number][];
let ways: ReturnType<typeof createTimeToPlay>;
beforeEach(() => {
  now = 0;
  seen = [];
  ways = createTimeToPlay({
    clock: { monotonic: () => now },
    observed: (app, ms) => seen.push([app, ms]),
  });
});
const pass = (ms: number): void => {
  now += ms;
};

describe('the time from start to play', () => {
  test('begins with the first step, and ends once', () => {
    ways.waits(['code']);
    pass(20 * second);
    ways.waits(['code', 'instance']);
    pass(10 * second);
    ways.plays(['instance'], 'tv');
    ways.plays(['instance'], 'tv');
    expect(seen).toEqual([['tv', 30 * second]]);
  });

  test('is not told of who plays at once', () => {
    ways.plays(['instance'], 'tv');
    expect(seen).toEqual([]);
  });

  test('is not told of who comes back later than an hour', () => {
    ways.waits(['instance']);
    pass(3_601 * second);
    ways.plays(['instance'], 'tv');
    ways.waits(['instance']);
    pass(3_601 * second);
    ways.waits(['instance']);
    pass(5 * second);
    ways.plays(['instance'], 'tv');
    expect(seen).toEqual([['tv', 5 * second]]);
  });
});
