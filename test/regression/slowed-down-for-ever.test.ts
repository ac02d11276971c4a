import { expect, test } from 'vitest';
import { startStage } from '../authorization-server/stage.ts';

test('a TV that polls a little too fast is slowed down, and still gets its turn', async () => {
  await using stage = await startStage();
  const { device_code } = await stage.startDevice();
  const poll = async () => (await stage.redeem(device_code)).body.error;
  expect(await poll()).toBe('authorization_pending');
  await stage.clock.advance(3_000);
  expect(await poll()).toBe('slow_down'); // every ten seconds from now on, counted from the first poll
  await stage.clock.advance(6_000);
  expect(await poll()).toBe('authorization_pending');
  await stage.clock.advance(9_000);
  expect(await poll()).toBe('authorization_pending');
});
