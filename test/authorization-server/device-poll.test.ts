import { errors } from 'oidc-provider';
import { expect, test } from 'vitest';
import { createDevicePoll, nextPoll } from '#src/authorization-server/provider/device-poll';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

const start = () => {
  const clock = createManualClock();
  const { records } = createMemoryStores({ clock });
  const poll = createDevicePoll({ records, clock, interval: 5_000, lifetime: 60_000 });
  return { clock, poll };
};

test('a device that polls too soon is slowed down, and others are not', async () => {
  const { clock, poll } = start();
  await poll('one');
  await expect(poll('one')).rejects.toBeInstanceOf(errors.SlowDown);
  await poll('two');
  await clock.advance(8_999);
  await expect(poll('one')).rejects.toBeInstanceOf(errors.SlowDown);
  await poll('two');
  await clock.advance(15_000);
  await poll('one');
});

test('polls are forgotten with the lifetime of the code, counted from the last one', async () => {
  const { clock, poll } = start();
  await poll('one');
  for (let time = 0; time < 20; time += 1) await expect(poll('one')).rejects.toBeInstanceOf(errors.SlowDown);
  await clock.advance(50_000);
  await expect(poll('one')).rejects.toBeInstanceOf(errors.SlowDown);
  await clock.advance(53_999);
  await expect(poll('one')).rejects.toBeInstanceOf(errors.SlowDown);
  await clock.advance(60_000);
  await poll('one');
});

test('a poll at nine tenths of the interval is in time', () => {
  const last = { at: 0, interval: 5_000, tooSoon: true };
  expect(nextPoll(last, 4_500, 5_000)).toEqual({ at: 4_500, interval: 5_000, tooSoon: false });
  expect(nextPoll(last, 4_499, 5_000)).toEqual({ at: 4_499, interval: 10_000, tooSoon: true });
});

test('a configured interval beyond the maximum is not shortened', () => {
  const last = { at: 0, interval: 90_000, tooSoon: false };
  expect(nextPoll(last, 0, 90_000).interval).toBe(90_000);
});
