import { expect, test } from 'vitest';
import { createWorldClock } from '#src/world-clock';
import { createManualClock } from './support/manual-clock.ts';
import { startWorld } from './world.ts';

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  return done;
};

test('the world goes with the machine, and as far ahead as it has traveled', () => {
  const machine = createManualClock(1_000);
  const world = createWorldClock(machine);
  world.advance(500);
  expect([world.now(), world.ahead, machine.now()]).toEqual([1_500, 500, 1_000]);
  world.set(0);
  expect(world.now()).toBe(1_000);
});

test('a wait ends when travel or the machine has brought its time, not earlier', async () => {
  const machine = createManualClock();
  const world = createWorldClock(machine);
  const wait = world.wait(10_000);
  world.advance(6_000);
  expect(await settled(wait)).toBe(false);
  await machine.advance(3_999);
  expect(await settled(wait)).toBe(false);
  await machine.advance(1);
  expect(await settled(wait)).toBe(true);
  const traveled = world.wait(60_000);
  world.advance(60_000);
  expect(await settled(traveled)).toBe(true);
});

test('an aborted wait rejects with the reason, before and after travel', async () => {
  const world = createWorldClock(createManualClock());
  const aborter = new AbortController();
  const waiting = world.wait(1_000, aborter.signal);
  world.advance(10);
  aborter.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(world.wait(1_000, aborter.signal)).rejects.toThrow('gone');
});

test('control sends the world forward only', async () => {
  await using world = await startWorld();
  const { control } = world.simulator;
  for (const ms of [-1, Number.NaN]) expect(() => control.advance(ms)).toThrow(RangeError);
  for (const body of [{ ms: -1 }, { ms: 0 }, { by: '-1d' }, { by: '1 day' }, {}])
    expect(await world.post('/_control/time', body)).toMatchObject({ status: 400 });
  expect((await world.post('/_control/time', { by: '1.5h' })).body).toMatchObject({ aheadMs: 5_400_000 });
  expect(control.now() - world.clock.now()).toBe(5_400_000);
});
