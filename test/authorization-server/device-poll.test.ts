import { expect, test } from 'vitest';
import { createDevicePoll } from '#src/authorization-server/provider/device-poll';
import { createLocalSoftState } from '#src/soft-state/local/create';
import { createManualClock } from '../support/manual-clock.ts';

const start = (interval = 5_000) => {
  const clock = createManualClock();
  const { paces } = createLocalSoftState().join();
  const poll = createDevicePoll({ paces, clock, interval, lifetime: 600_000 });
  const inTime = async (device: string) => expect(await poll(device)).toBe(true);
  const tooSoon = async (device: string) => expect(await poll(device)).toBe(false);
  return { clock, inTime, tooSoon };
};

test('a device that polls too soon is slowed down by five seconds, and others are not', async () => {
  const { clock, inTime, tooSoon } = start();
  await inTime('one');
  await clock.advance(3_999);
  await tooSoon('one');
  await inTime('two');
  await clock.advance(5_000);
  await tooSoon('one'); // 8,999 of 10,000 - 1,000
  await inTime('two');
  await clock.advance(5_001);
  await inTime('one'); // 14,000 of 15,000 - 1,000
});

test('the interval counts from the last accepted poll: a refused one postpones nothing', async () => {
  const { clock, inTime, tooSoon } = start();
  await inTime('one');
  await clock.advance(3_000);
  await tooSoon('one');
  await clock.advance(6_000);
  await inTime('one');
});

test('the interval grows to a minute at most; a longer one of the settings stays', async () => {
  const { clock, inTime, tooSoon } = start();
  await inTime('one');
  for (let time = 0; time < 20; time += 1) await tooSoon('one');
  await clock.advance(59_000);
  await inTime('one');
  const slow = start(90_000);
  await slow.inTime('one');
  await slow.tooSoon('one');
  await slow.clock.advance(89_000);
  await slow.inTime('one');
});

test('without an interval a device polls as it likes', async () => {
  const { inTime } = start(0);
  await inTime('one');
  await inTime('one');
});
