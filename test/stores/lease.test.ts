import { expect, test } from 'vitest';
import { systemIds } from '#src/lib/ids';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

/** Nodes on one store, whose work is counted and stores its result. */
const start = () => {
  const clock = createManualClock();
  const { leases } = createMemoryStores();
  const state: { result: string | undefined; runs: number } = { result: undefined, runs: 0 };
  const node = (work: () => Promise<string>) => {
    const lock = createDistributedLock({ leases, clock, ids: systemIds });
    return () =>
      lock({
        name: 'work',
        maxWait: 20_000,
        existing: async () => state.result,
        work: async () => {
          state.runs += 1;
          state.result = await work();
          return state.result;
        },
        timedOut: () => new Error('timed out'),
      });
  };
  const waiting = async () => {
    while (clock.waiting === 0) await new Promise(setImmediate);
  };
  return { clock, leases, state, node, waiting };
};

test('what exists already is not produced again', async () => {
  const t = start();
  t.state.result = 'before';
  expect(await t.node(async () => 'again')()).toBe('before');
  expect(t.state.runs).toBe(0);
});

test('one node works, the other waits for its result', async () => {
  const t = start();
  const done = Promise.withResolvers<string>();
  const first = t.node(() => done.promise)();
  const second = t.node(async () => 'second')();
  await t.waiting();
  done.resolve('first');
  expect(await first).toBe('first');
  await t.clock.advance(50);
  expect(await second).toBe('first');
  expect(t.state.runs).toBe(1);
});

test('the lock is released when the work fails', async () => {
  const t = start();
  const failing = t.node(() => Promise.reject(new Error('no')));
  await expect(failing()).rejects.toThrow('no');
  expect(await t.node(async () => 'next')()).toBe('next');
});

test('a node that died delays the others until its lease ends', async () => {
  const t = start();
  const until = t.clock.now() + 4_000;
  await t.leases.acquire({ name: 'work', owner: 'dead node', until, now: t.clock.now() });
  const work = t.node(async () => 'mine')();
  await t.waiting();
  await t.clock.advance(3_900);
  expect(t.state.runs).toBe(0);
  await t.clock.advance(200);
  expect(await work).toBe('mine');
});

test('work may take longer than a lease lives: it is renewed, and released at the end', async () => {
  const t = start();
  const done = Promise.withResolvers<string>();
  const first = t.node(() => done.promise)();
  const second = t.node(async () => 'second')();
  await t.waiting();
  await t.clock.advance(15_000);
  expect(t.state.runs).toBe(1);
  done.resolve('first');
  expect(await first).toBe('first');
  await t.clock.advance(50);
  expect(await second).toBe('first');
  const now = t.clock.now();
  expect(await t.leases.acquire({ name: 'work', owner: 'another node', until: now + 1, now })).toBe(true);
});

test('a node that dies in the middle of its work delays the others by four seconds', async () => {
  const t = start();
  const dead = createManualClock(t.clock.now());
  const lock = createDistributedLock({ leases: t.leases, clock: dead, ids: systemIds });
  void lock({
    name: 'work',
    maxWait: 20_000,
    existing: async () => undefined,
    work: () => new Promise(() => undefined),
    timedOut: () => new Error('timed out'),
  });
  while (dead.waiting === 0) await new Promise(setImmediate);
  const work = t.node(async () => 'mine')();
  await t.waiting();
  await t.clock.advance(3_900);
  expect(t.state.runs).toBe(0);
  await t.clock.advance(200);
  expect(await work).toBe('mine');
});

test('whoever waits too long is told', async () => {
  const t = start();
  void t.node(() => new Promise(() => undefined))();
  await t.waiting();
  const work = t.node(async () => 'mine')();
  const rejected = expect(work).rejects.toThrow('timed out');
  await t.clock.advance(21_000);
  await rejected;
  expect(t.state.runs).toBe(1);
});
