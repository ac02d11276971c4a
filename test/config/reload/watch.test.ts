import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchForChanges } from '#src/config/reload/watch';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../../support/manual-clock.ts';
import { within } from '../../support/within.ts';

interface Options {
  /** What was read before the watch began. */
  readonly seen?: string;
  readonly settleTime?: number;
  /** False for a folder without events: one that does not exist. */
  readonly events?: boolean;
}

/** A watch whose fingerprint the test sets. Every reading, change and tick can be waited for. */
const startWatch = ({ seen = 'one', settleTime = 0, events = false }: Options) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-watch-'));
  const clock = createManualClock();
  const state = { now: 'one', changes: [] as string[], readings: 0, ticks: 0, fails: false };
  let progress = Promise.withResolvers<void>();
  const moved = () => {
    progress.resolve();
    progress = Promise.withResolvers();
  };
  const stop = watchForChanges(
    seen,
    {
      directory: events ? folder : join(folder, 'missing'),
      isRelevant: (name) => name !== 'other',
      fingerprint: async () => {
        state.readings += 1;
        moved();
        if (state.fails) throw new Error('unreadable');
        return state.now;
      },
      settleTime,
    },
    {
      clock,
      onChange: async () => {
        state.changes.push(state.now);
        moved();
      },
      onTick: () => {
        state.ticks += 1;
        moved();
      },
    },
  );
  onTestFinished(() => {
    stop();
    rmSync(folder, { recursive: true });
  });
  const until = async (what: string, holds: () => boolean) => {
    while (!holds()) await within(5_000, what, progress.promise);
  };
  return { folder, clock, state, stop, until };
};

test('a change between reading and watching is not missed', async () => {
  const { state, until } = startWatch({ seen: 'zero' });
  await until('the change is reported', () => state.changes.length > 0);
  expect(state.changes).toEqual(['one']);
});

test('without events changes are noticed every ten seconds', async () => {
  const { state, clock, until } = startWatch({});
  await until('the first comparison is over', () => state.ticks === 1);
  await clock.advance(0);
  state.now = 'two';
  await clock.advance(9_999);
  expect(state.changes).toEqual([]);
  await clock.advance(1);
  await until('the change is reported', () => state.changes.length > 0);
  await until('the tick follows', () => state.ticks === 2);
  expect(state.changes).toEqual(['two']);
});

test('an event triggers a comparison, an irrelevant one does not', async () => {
  const { folder, state, until } = startWatch({ events: true });
  await until('the first comparison is over', () => state.ticks === 1);
  const { readings } = state;
  writeFileSync(join(folder, 'other'), 'x');
  writeFileSync(join(folder, 'file'), 'x');
  await until('the event is noticed', () => state.readings > readings);
  expect(state.changes).toEqual([]);
});

test('a change counts once it has stayed the same for the settle time', async () => {
  const { state, clock, until } = startWatch({ seen: 'zero', settleTime: 200 });
  await until('the change is seen', () => state.readings === 1);
  await clock.advance(0);
  state.now = 'two';
  await clock.advance(200);
  await until('it is compared again', () => state.readings >= 3);
  expect(state.changes).toEqual([]);
  await clock.advance(200);
  await until('the change is reported', () => state.changes.length > 0);
  expect(state.changes).toEqual(['two']);
});

test('an unreadable folder does not end the watch', async () => {
  const { state, clock, until } = startWatch({});
  await until('the first comparison is over', () => state.ticks === 1);
  await clock.advance(0);
  state.fails = true;
  await clock.advance(10_000);
  await until('the failure is over', () => state.ticks === 2);
  await clock.advance(0);
  Object.assign(state, { fails: false, now: 'two' });
  await clock.advance(10_000);
  await until('the change is reported', () => state.changes.length > 0);
});

test('nothing happens after it was stopped', async () => {
  const { state, clock, stop, until } = startWatch({});
  await until('the first comparison is over', () => state.ticks === 1);
  await clock.advance(0);
  stop();
  await systemClock.wait(0);
  expect(clock.waiting).toBe(0);
  expect(state.ticks).toBe(1);
});
