import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { eventually } from '../../support/eventually.ts';
import { createSealing, type Node, openNode } from './open-node.ts';
import { useOwnServer } from './own-server.ts';
import { hasRedisServer } from './redis-server.ts';

/** Eleven calls, and none more within the time of a test. */
const limits = { mode: 'once', perSecond: 0.001, burst: 10 } as const;
const sealing = createSealing();

/** How many of twenty calls may go out at once. */
const passing = async ({ softState: { allowances } }: Node): Promise<number> => {
  let passed = 0;
  for (let call = 0; call < 20; call += 1) {
    const now = systemClock.monotonic();
    if ((await allowances.reserve({ key: 'tv', limits, now, latest: now })) <= now) passed += 1;
  }
  return passed;
};

describe.runIf(hasRedisServer)('a burst that is granted once', () => {
  const own = useOwnServer();
  const open = () => openNode({ settings: { url: own.server.url, timeout: 2_000 }, sealing });

  test('is not granted again by a server that has lost everything, nor while it is away', async () => {
    await using node = await open();
    expect(await passing(node)).toBe(11);
    await own.server.kill();
    await eventually(() => expect(node.state().up).toBe(false));
    expect(await passing(node)).toBe(0);
    await own.server.start();
    await eventually(() => expect(node.state().up).toBe(true));
    expect(await passing(node)).toBe(0);
  });

  test('counts what was spent of it while the server was away', async () => {
    await using node = await open();
    await own.server.kill();
    await eventually(() => expect(node.state().up).toBe(false));
    expect(await passing(node)).toBe(11);
    await own.server.start();
    await eventually(() => expect(node.state().up).toBe(true));
    await using other = await open();
    // The one of the rate, in a window that is the server's.
    expect(await passing(other)).toBe(1);
  });

  test('is spent for all nodes by a 429 that one of them was told of while the server was away', async () => {
    await using node = await open();
    await own.server.kill();
    await eventually(() => expect(node.state().up).toBe(false));
    const now = systemClock.monotonic();
    await node.softState.allowances.silence({ key: 'tv', limits, now, pause: 60_000 });
    await own.server.start();
    await eventually(() => expect(node.state().up).toBe(true));
    await using other = await open();
    expect(await passing(other)).toBe(0);
    expect(await other.softState.allowances.quietUntil('tv')).toBeGreaterThan(systemClock.monotonic());
  });
});
