import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../../support/manual-clock.ts';
import { createSealing, freshPrefix, openNode } from './open-node.ts';
import { useOwnServer } from './own-server.ts';
import { hasRedisServer } from './redis-server.ts';

const limits = { mode: 'regenerating', perSecond: 0.001, burst: 9 } as const;
const hour = 3_600_000;

describe.runIf(hasRedisServer)('whatever clocks say', () => {
  const own = useOwnServer();

  test('nodes whose clocks differ by an hour spend a budget once, and take turns', async () => {
    const [settings, sealing] = [{ url: own.server.url, prefix: freshPrefix() }, createSealing()];
    const ahead = { ...systemClock, monotonic: () => systemClock.monotonic() + hour };
    await using one = await openNode({ settings, sealing });
    await using other = await openNode({ settings, sealing, clock: ahead });
    const reserve = async (node: typeof one, { monotonic } = systemClock) => {
      const now = monotonic();
      return (await node.softState.allowances.reserve({ key: 'tv', limits, now, latest: now })) === now;
    };
    const passed: boolean[] = [];
    for (let call = 0; call < 8; call += 1) passed.push(await reserve(one), await reserve(other, ahead));
    expect(passed.filter(Boolean)).toHaveLength(10);

    const [now, theirs] = [systemClock.monotonic(), ahead.monotonic()];
    expect(await one.softState.polls.take({ key: 'code', owner: 'one', now, interval: hour })).toEqual({
      mine: true,
    });
    const turn = await other.softState.polls.take({
      key: 'code',
      owner: 'other',
      now: theirs,
      interval: hour,
    });
    expect(turn).toEqual({ mine: false, next: expect.any(Number) });
    expect(turn.mine ? 0 : Math.abs(turn.next - theirs - hour)).toBeLessThan(60_000);
  });

  test('a server whose clock is set back keeps nobody waiting for the time that has not passed', async () => {
    const [prefix, clock] = [freshPrefix(), createManualClock()];
    const redis = new Redis(own.server.url);
    const set = (time: number) => redis.set(`${prefix}:time`, time);
    await set(2 * hour);
    const time = `local now = tonumber(redis.call('GET', '${prefix}:time'))`;
    await using node = await openNode({
      settings: { url: own.server.url, prefix },
      sealing: createSealing(),
      clock,
      time,
    });
    const { allowances, polls, paces } = node.softState;
    const now = clock.monotonic();
    const perSecond = { mode: 'regenerating', perSecond: 1, burst: 9 } as const;
    const reserve = async () =>
      (await allowances.reserve({ key: 'tv', limits: perSecond, now, latest: now + hour })) - now;
    const take = () => polls.take({ key: 'code', owner: 'one', now, interval: 4_000 });
    const pace = { interval: 5_000, tolerance: 0, penalty: 5_000, maxInterval: 60_000 };
    const accept = () => paces.accept({ key: 'code', now, pace, expiresAt: now + hour });
    for (let call = 0; call < 10; call += 1) await reserve();
    await take();
    await accept();
    await set(hour);
    expect([await reserve(), await reserve()]).toEqual([1_000, 2_000]);
    expect([await take(), await accept()]).toEqual([{ mine: true }, true]);
    expect(node.changes).toEqual(['up']);
    redis.disconnect();
  });
});
