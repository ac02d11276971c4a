import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { eventually } from '../../support/eventually.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createSealing, freshPrefix, openNode } from './open-node.ts';
import { useOwnServer } from './own-server.ts';
import { hasRedisServer } from './redis-server.ts';

const sealing = createSealing();
const limits = { mode: 'regenerating', perSecond: 1, burst: 9 } as const;

describe.runIf(hasRedisServer)('nodes', () => {
  const own = useOwnServer();
  const openSome = (count: number, settings: object) =>
    Promise.all(Array.from({ length: count }, () => openNode({ settings, sealing })));

  test('count those that serve apps, and remember how many there were', async () => {
    const settings = { url: own.server.url, prefix: freshPrefix() };
    const [one, ...others] = await openSome(4, settings);
    await using primary = await openNode({ settings, sealing, counts: false });
    await eventually(() => expect([one, primary].map((node) => node?.state().nodes)).toEqual([4, 4]));
    await Promise.all(others.map(({ close }) => close()));
    await using late = await openNode({ settings, sealing });
    expect([one?.state().nodes, late.state().nodes]).toEqual([4, 2]);
    await one?.close();
  });

  test('that have never reached the server take the number of the settings', async () => {
    await using node = await openNode({ settings: { url: 'redis://127.0.0.1:1', nodes: 5 }, sealing });
    const now = 1_000;
    const passed = Array.from({ length: 10 }, () =>
      node.softState.allowances.reserve({ key: 'tv', limits, now, latest: now }),
    );
    expect(passed.filter((at) => at === now)).toHaveLength(2);
  });

  test('of other secrets share nothing, under the same prefix', async () => {
    const settings = { url: own.server.url, prefix: freshPrefix() };
    await using one = await openNode({ settings, sealing });
    await using other = await openNode({ settings, sealing: createSealing() });
    const now = 1_000;
    expect(await one.softState.polls.take({ key: 'code', owner: 'one', now, interval: 60_000 })).toEqual({
      mine: true,
    });
    expect(await other.softState.polls.take({ key: 'code', owner: 'other', now, interval: 60_000 })).toEqual({
      mine: true,
    });
    other.softState.notices.receive(() => expect.unreachable());
    await one.softState.notices.send([{ kind: 'account', id: 'a' }]);
  });

  test('that do not act on a notice keep its sender no longer than a second', async () => {
    const settings = { url: own.server.url, prefix: freshPrefix() };
    await using one = await openNode({ settings, sealing });
    await using other = await openNode({ settings, sealing });
    other.softState.notices.receive(() => new Promise(() => undefined));
    await one.softState.notices.send([{ kind: 'account', id: 'a' }]);
    expect([one.changes, other.changes]).toEqual([['up'], ['up']]);
  });

  test('that no longer hear what they are sent connect again', async () => {
    const settings = { url: own.server.url, prefix: freshPrefix() };
    const clock = createManualClock();
    await using node = await openNode({ settings, sealing, clock });
    const redis = new Redis(own.server.url);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => expect(node.changes).toHaveLength(2));
    await eventually(async () => {
      await clock.advance(500);
      expect(node.changes).toHaveLength(3);
    });
    redis.disconnect();
  });

  test('leave nothing in the clear', async () => {
    const settings = { url: own.server.url, prefix: freshPrefix() };
    await using node = await openNode({ settings, sealing });
    const { allowances, paces, polls, probes } = node.softState;
    const [now, key] = [systemClock.monotonic(), 'secret-key'];
    await allowances.reserve({ key, limits, now, latest: now });
    const pace = { interval: 5_000, tolerance: 0, penalty: 0, maxInterval: 5_000 };
    await paces.accept({ key, now, pace, expiresAt: now + 60_000 });
    await polls.take({ key, owner: 'one', now, interval: 60_000 });
    await polls.publish({ key, owner: 'one', answer: { profiles: 'secret-answer' }, kept: true });
    await probes.remember({
      id: key,
      arrival: { client: 'secret-address' },
      expiresAt: now + 60_000,
    });
    const redis = new Redis(own.server.url);
    const names = await redis.keys(`${settings.prefix}*`);
    expect(names).toHaveLength(5);
    const values = await Promise.all(names.map((name) => redis.dump(name)));
    expect([...names, ...values.map(String)].join('\n')).not.toContain('secret');
    const lives = await Promise.all(names.map((name) => redis.pttl(name)));
    expect(lives.filter((life) => life < 0)).toEqual([]);
    redis.disconnect();
  });
});
