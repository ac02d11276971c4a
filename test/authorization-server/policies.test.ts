import { expect, test } from 'vitest';
import { createCodeAttempts } from '#src/authorization-server/pages/code-attempts';
import { createMethodsOf } from '#src/authorization-server/provider/routes';
import { authorizationServerPaths } from '#src/http/paths';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

test('all sources together are bounded, parallel guesses included, and a right code counts for nothing', async () => {
  const clock = createManualClock();
  const attempts = createCodeAttempts({ counters: createMemoryStores().counters, clock });
  const guess = (index: number) =>
    attempts.reserve(`192.0.2.${index % 60}`).then(
      () => 'in',
      () => 'out',
    );
  const outcomes = await Promise.all(Array.from({ length: 2_000 }, (_, index) => guess(index)));
  expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(1_500);
  await clock.advance(600_000);
  for (let time = 0; time < 100; time += 1) {
    await attempts.reserve('198.51.100.1');
    await attempts.release('198.51.100.1');
  }
  expect(await guess(0)).toBe('in');
});

test.each([
  ['/device', ['GET', 'POST']],
  ['/interaction/abc/approve', ['POST']],
  ['/Device', undefined],
  ['/device/', undefined],
  ['/api/v2/REF30/profiles', undefined],
  ['/callback/..', undefined],
])('%s takes %s', (path, methods) => {
  expect(createMethodsOf(authorizationServerPaths)(path)).toEqual(methods);
});
