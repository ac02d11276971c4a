import { errors } from 'oidc-provider';
import { expect, test } from 'vitest';
import { createDevicePoll } from '#src/authorization-server/provider/device-poll';
import { createLocalSoftState } from '#src/soft-state/local/create';
import { createManualClock } from '../support/manual-clock.ts';

const start = (interval = 5_000) => {
  const clock = createManualClock();
  const { paces } = createLocalSoftState().join();
  const poll = createDevicePoll({ paces, clock, interval, lifetime: 600_000 });
  const tooSoon = (device: string) => expect(poll(device)).rejects.toBeInstanceOf(errors.SlowDown);
  return { clock, poll, tooSoon };
};

test('a device that polls too soon is slowed down by five seconds, and others are not', async () => {
  const { clock, poll, tooSoon } = start();
  await poll('one');
  await clock.advance(3_999);
  await tooSoon('one');
  await poll('two');
  await clock.advance(5_000);
  await tooSoon('one'); // 8,999 of 10,000 - 1,000
  await poll('two');
  await clock.advance(5_001);
  await poll('one'); // 14,000 of 15,000 - 1,000
});

test('the interval counts from the last accepted poll: a refused one postpones nothing', async () => {
  const { clock, poll, tooSoon } = start();
  await poll('one');
  await clock.advance(3_000);
  await tooSoon('one');
  await clock.advance(6_000);
  await poll('one');
});

test('the interval grows to a minute at most; a longer one of the settings stays', async () => {
  const { clock, poll, tooSoon } = start();
  await poll('one');
  for (let time = 0; time < 20; time += 1) await tooSoon('one');
  await clock.advance(59_000);
  await poll('one');
  const slow = start(90_000);
  await slow.poll('one');
  await slow.tooSoon('one');
  await slow.clock.advance(89_000);
  await slow.poll('one');
});

test('without an interval a device polls as it likes', async () => {
  const { poll } = start(0);
  await poll('one');
  await poll('one');
});
