import { expect, test } from 'vitest';
import { createCodeAttempts } from '#src/authorization-server/pages/code-attempts';
import { nextPoll } from '#src/authorization-server/provider/device-poll';
import { createMethodsOf } from '#src/authorization-server/provider/routes';
import { authorizationServerPaths } from '#src/http/paths';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

test('slow_down adds five seconds each time, up to a minute, and never lets go', () => {
  let poll = nextPoll(undefined, 0, 5_000);
  expect(poll).toEqual({ at: 0, interval: 5_000, tooSoon: false });
  expect(nextPoll(poll, 4_600, 5_000).tooSoon).toBe(false);
  for (const interval of [10_000, 15_000, 20_000]) {
    poll = nextPoll(poll, poll.at + 1_000, 5_000);
    expect(poll).toMatchObject({ interval, tooSoon: true });
  }
  for (let time = 0; time < 20; time += 1) poll = nextPoll(poll, poll.at, 5_000);
  expect(poll.interval).toBe(60_000);
  expect(nextPoll(poll, poll.at + 60_000, 5_000)).toMatchObject({ interval: 60_000, tooSoon: false });
  expect(nextPoll(nextPoll(undefined, 0, 0), 0, 0).tooSoon).toBe(false);
});

test('all sources together are bounded, parallel guesses included, and a right code counts for nothing', async () => {
  const clock = createManualClock();
  const attempts = createCodeAttempts({ records: createMemoryStores({ clock }).records, clock });
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
