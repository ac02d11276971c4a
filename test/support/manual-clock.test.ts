import { expect, test } from 'vitest';
import { createManualClock } from './manual-clock.ts';

test('waits resolve when time reaches them, in their order, at their own time', async () => {
  const clock = createManualClock(1_000);
  const seen: string[] = [];
  const wait = async (name: string, ms: number) => {
    await clock.wait(ms);
    seen.push(`${name} at ${clock.now()}`);
  };
  const twice = wait('late', 20);
  const chained = wait('early', 10).then(() => wait('again', 5));
  await clock.advance(9);
  expect(seen).toEqual([]);
  await clock.advance(50);
  await Promise.all([twice, chained]);
  expect(seen).toEqual(['early at 1010', 'again at 1015', 'late at 1020']);
  expect(clock.now()).toBe(1_059);
});

test('a leap resolves what is overdue once, in its order, when it is over', async () => {
  const clock = createManualClock(1_000);
  const seen: string[] = [];
  const repeat = async (): Promise<void> => {
    await clock.wait(10);
    seen.push(`again at ${clock.now()}`);
    return repeat();
  };
  void repeat();
  void clock.wait(5).then(() => seen.push('early'));
  void clock.wait(1_001).then(() => seen.push('not yet'));
  await clock.leap(1_000);
  expect(seen).toEqual(['early', 'again at 2000']);
});

test('an aborted wait rejects with the reason and is forgotten', async () => {
  const clock = createManualClock();
  const aborter = new AbortController();
  const waiting = clock.wait(10, aborter.signal);
  aborter.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(clock.wait(10, aborter.signal)).rejects.toThrow('gone');
  expect(clock.waiting).toBe(0);
});
