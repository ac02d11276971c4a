import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { eventually } from '../../support/eventually.ts';
import { createSealing, type Node, openNode } from './open-node.ts';
import { useOwnServer } from './own-server.ts';
import { hasRedisServer, startRedisServer } from './redis-server.ts';

const limits = { mode: 'regenerating', perSecond: 1, burst: 9 } as const;
const sealing = createSealing();
/** Milliseconds: where only silence would be too late, a busy machine is not taken for it. */
const patient = 2_000;

/** Calls of some devices, 50 at a time and without a pause, until it is stopped. */
const load = (node: Node, devices = 1_000) => {
  let isOn = true;
  let calls = 0;
  const run = async (): Promise<void> => {
    while (isOn) {
      const now = systemClock.monotonic();
      calls += 1;
      const key = String(calls % devices);
      await node.softState.allowances.reserve({ key, limits, now, latest: now + 60_000 });
      await node.softState.polls.take({ key, owner: 'one', now, interval: 4_000 });
      await new Promise(setImmediate);
    }
  };
  const running = Promise.all(Array.from({ length: 50 }, run));
  return {
    get calls() {
      return calls;
    },
    /** Resolves after so many more. */
    more: (count: number) => {
      const goal = calls + count;
      return eventually(() => expect(calls).toBeGreaterThan(goal));
    },
    stop: async () => {
      isOn = false;
      await running;
    },
  };
};

/** Before anything else happens: nothing is asked, and no time passes. */
const answersAtOnce = async ({ softState: { allowances, paces, polls } }: Node): Promise<void> => {
  const [key, now] = ['device', systemClock.monotonic()];
  const pace = { interval: 0, tolerance: 0, penalty: 0, maxInterval: 0 };
  expect(allowances.reserve({ key, limits, now, latest: now })).toBe(now);
  const later = new Promise((resolve) => setImmediate(resolve, 'later'));
  for (const asked of [
    polls.take({ key, owner: 'one', now, interval: 1 }),
    paces.accept({ key, now, pace, expiresAt: now + 1 }),
  ])
    expect(await Promise.race([asked, later])).not.toBe('later');
};

const failed = (node: Node): number =>
  [...node.counts().values()].reduce((sum, results) => sum + results.failed, 0);

describe.runIf(hasRedisServer)('no call fails, and the state recovers, when the server', () => {
  const own = useOwnServer();
  const open = (settings = {}) =>
    openNode({ settings: { url: own.server.url, timeout: patient, ...settings }, sealing });

  test('is killed under load, and comes back empty', async () => {
    await using node = await open();
    const calls = load(node);
    await calls.more(1_000);
    await own.server.kill();
    await calls.more(1_000);
    expect(node.state()).toMatchObject({ up: false });
    await answersAtOnce(node);
    // Only what was on its way has failed: nobody else waited.
    expect(failed(node)).toBeLessThanOrEqual(50 + 1);
    await own.server.start();
    await eventually(() => expect(node.state().up).toBe(true));
    await calls.more(1_000);
    await calls.stop();
    expect(node.changes).toEqual(['up', expect.any(String), 'up']);
  });

  test('is stopped without a word, and goes on', async () => {
    await using node = await open({ timeout: 300 });
    const calls = load(node);
    await calls.more(1_000);
    own.server.pause();
    await eventually(() => expect(node.state().up).toBe(false));
    expect(node.state().reason).toBe('no reply within 300 ms');
    expect(failed(node)).toBeLessThanOrEqual(50 + 1);
    await calls.more(1_000);
    own.server.resume();
    await eventually(() => expect(node.state().up).toBe(true));
    await calls.more(1_000);
    await calls.stop();
    expect(node.changes).toEqual(['up', 'no reply within 300 ms', 'up']);
  });

  test('is not there at the start', async () => {
    await using other = await startRedisServer();
    await other.kill();
    await using node = await openNode({ settings: { url: other.url }, sealing });
    const calls = load(node);
    await calls.more(100);
    expect(failed(node)).toBe(0);
    await other.start();
    await eventually(() => expect(node.state().up).toBe(true));
    await calls.stop();
    expect(node.changes).toEqual(['ECONNREFUSED', 'up']);
  });

  test('falls silent while a node connects, and answers again', async () => {
    let isSilent = true;
    const between = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      const server = connect(own.server.port, '127.0.0.1').on('error', () => socket.destroy());
      socket.on('close', () => server.destroy());
      socket.on('data', (data) => (isSilent && data.includes('ssubscribe')) || server.write(data));
      server.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    const { port } = between.address() as AddressInfo;
    await using node = await openNode({ settings: { url: `redis://127.0.0.1:${port}` }, sealing });
    const calls = load(node);
    await calls.more(100);
    expect(failed(node)).toBe(0);
    isSilent = false;
    await eventually(() => expect(node.state().up).toBe(true));
    await calls.stop();
    between.close();
  });

  test('has no room', async () => {
    await using full = await startRedisServer('--maxmemory', '1mb', '--maxmemory-policy', 'noeviction');
    await using node = await openNode({ settings: { url: full.url, timeout: patient }, sealing });
    const calls = load(node, 1_000_000);
    await eventually(() => expect(node.changes).toContain('OOM'));
    await calls.more(1_000);
    await calls.stop();
  });

  test('forgets for lack of room', async () => {
    await using small = await startRedisServer('--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru');
    await using node = await openNode({ settings: { url: small.url, timeout: patient }, sealing });
    const calls = load(node, 1_000_000);
    await calls.more(20_000);
    await calls.stop();
    expect(node.changes).toEqual(['up']);
  });

  test('is a replica that takes no writes', async () => {
    await using replica = await startRedisServer('--replicaof', `127.0.0.1 ${own.server.port}`);
    await using node = await openNode({ settings: { url: replica.url }, sealing });
    const calls = load(node);
    await calls.more(100);
    await calls.stop();
    expect(node.changes[0]).toMatch(/READONLY|MASTERDOWN/);
  });
});
