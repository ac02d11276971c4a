import { expect, test } from 'vitest';
import { pauseOf } from '#src/adobe-pass/answers';

const date = 'Sat, 28 Nov 2026 22:00:00 GMT';

test.each([
  ['nothing', undefined, 1],
  ['seconds', '7', 7],
  ['a fraction', '1.2', 2],
  ['less than Adobe allows', '0', 1],
  ['an hour', '3600', 3600],
  ['a week, beyond the cap of a day', '604800', 86_400],
  ['a date', 'Sat, 28 Nov 2026 22:00:12 GMT', 12],
  ['a date in the past', 'Sat, 28 Nov 2026 21:00:00 GMT', 1],
  ['a date beyond the cap', 'Sun, 29 Nov 2026 22:00:01 GMT', 86_400],
  ['a blank', ' ', 1],
  ['neither', 'soon', 1],
])('a 429 with %s in Retry-After', (_what, retryAfter, pause) => {
  expect(pauseOf({ retryAfter, date })).toBe(pause);
});

test('a date in a response without its own date counts as the minimum', () => {
  expect(pauseOf({ retryAfter: 'Sat, 28 Nov 2026 22:00:12 GMT' })).toBe(1);
});
