import { expect, test } from 'vitest';
import { createTaggedCache } from '#src/lib/tagged-cache';

const start = (max = 10) => {
  const cache = createTaggedCache<string>(max);
  cache.set('tv', "Ana's TV", ['ana', 'i1']);
  cache.set('phone', "Ana's phone", ['ana', 'i2']);
  cache.set('laptop', "Ben's laptop", ['ben', 'i3']);
  return cache;
};
const kept = (cache: ReturnType<typeof start>) => ['tv', 'phone', 'laptop'].filter((key) => cache.get(key));

test('a tag drops what has it, and nothing else', () => {
  const cache = start();
  cache.drop('ana');
  expect(kept(cache)).toEqual(['laptop']);
  cache.drop('ana');
  cache.drop('unknown');
  expect(cache.size).toBe(1);
});

test('an entry dropped by one tag leaves none of its other tags behind', () => {
  const cache = start();
  cache.drop('i1');
  cache.set('tv', "Ben's TV", ['ben']);
  cache.drop('ana');
  expect(kept(cache)).toEqual(['tv', 'laptop']);
});

test('an entry that is set again has its new tags only', () => {
  const cache = start();
  cache.set('tv', "Ben's TV", ['ben', 'i1']);
  cache.drop('ana');
  expect(kept(cache)).toEqual(['tv', 'laptop']);
  cache.drop('ben');
  expect(kept(cache)).toEqual([]);
});

test('an entry that made room leaves no tag behind', () => {
  const cache = start(2);
  expect(kept(cache)).toEqual(['phone', 'laptop']);
  cache.set('tv', "Chloe's TV", ['chloe', 'i1']);
  cache.drop('ana');
  cache.drop('ben');
  expect(cache.get('tv')).toBe("Chloe's TV");
  expect(cache.size).toBe(1);
});

test('nothing is left when it was cleared', () => {
  const cache = start();
  cache.clear();
  expect(kept(cache)).toEqual([]);
  cache.set('tv', "Ben's TV", ['ben']);
  cache.drop('ana');
  expect(kept(cache)).toEqual(['tv']);
});
