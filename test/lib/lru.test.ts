import { describe, expect, test } from 'vitest';
import { createLru } from '#src/lib/lru';

const filled = (max: number, keys: readonly string[]) => {
  const evicted: string[] = [];
  const lru = createLru<string>(max, (key, value) => evicted.push(`${key}=${value}`));
  for (const key of keys) lru.set(key, key.toUpperCase());
  return { lru, evicted };
};

describe('a bounded map', () => {
  test('keeps what it is given, and its newest value', () => {
    const { lru } = filled(3, ['a', 'b']);
    lru.set('a', 'other');
    expect([lru.get('a'), lru.get('b'), lru.get('c'), lru.size]).toEqual(['other', 'B', undefined, 2]);
    expect([...lru.values()]).toEqual(['other', 'B']);
  });

  test('never has more entries than it may, and says which one goes', () => {
    const { lru, evicted } = filled(2, ['a', 'b', 'c', 'd', 'e']);
    expect(lru.size).toBe(2);
    expect(evicted).toEqual(['a=A', 'b=B', 'c=C']);
    expect([lru.get('d'), lru.get('e')]).toEqual(['D', 'E']);
  });

  test('evicts what was not used before what was', () => {
    const { lru, evicted } = filled(3, ['a', 'b', 'c']);
    lru.get('a');
    lru.set('d', 'D');
    lru.set('b', 'B');
    expect(evicted).toEqual(['b=B', 'c=C']);
    expect(lru.get('a')).toBe('A');
  });

  test('an entry that is written again counts as used', () => {
    const { lru, evicted } = filled(2, ['a', 'b']);
    lru.set('a', 'A');
    lru.set('c', 'C');
    expect(evicted).toEqual(['b=B']);
  });

  test('when all were used, one of them goes', () => {
    const { lru } = filled(3, ['a', 'b', 'c']);
    for (const key of ['a', 'b', 'c']) lru.get(key);
    lru.set('d', 'D');
    expect(lru.size).toBe(3);
    expect(lru.get('d')).toBe('D');
  });

  test('the place of a deleted entry is taken before another entry goes', () => {
    const { lru, evicted } = filled(3, ['a', 'b', 'c']);
    expect([lru.delete('b'), lru.delete('b')]).toEqual([true, false]);
    lru.set('d', 'D');
    expect(evicted).toEqual([]);
    lru.set('e', 'E');
    expect(evicted).toEqual(['a=A']);
  });

  test('is empty when it was cleared, and can be filled again', () => {
    const { lru, evicted } = filled(2, ['a', 'b']);
    lru.clear();
    expect([lru.size, lru.get('a')]).toEqual([0, undefined]);
    for (const key of ['c', 'd', 'e']) lru.set(key, key);
    expect(evicted).toEqual(['c=c']);
  });

  test.each([1, 7])('agrees with a plain map in what it has, whatever is done (%i)', (max) => {
    const model = new Map<string, string>();
    const lru = createLru<string>(max, (key) => model.delete(key));
    let state = max;
    const next = (sides: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % sides;
    };
    for (let step = 0; step < 20_000; step += 1) {
      const key = `k${(next(1_000_000) >> 8) % 20}`;
      const action = (next(1_000_000) >> 8) % 8;
      if (action === 0) expect(lru.delete(key)).toBe(model.delete(key));
      else if (action < 4) {
        lru.set(key, `${step}`);
        model.set(key, `${step}`);
      } else expect(lru.get(key)).toBe(model.get(key));
      expect(lru.size).toBe(model.size);
      expect(lru.size).toBeLessThanOrEqual(max);
    }
  });
});
