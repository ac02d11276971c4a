import { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { hasRedisServer } from '../soft-state/redis/redis-server.ts';
import { startBalancer } from '../support/balancer.ts';
import { eventually } from '../support/eventually.ts';
import { passThrough } from '../support/pass-through.ts';
import { postgresUrl } from '../support/postgres.ts';
import { callAt } from './at-a-node.ts';
import { startSharedFleet } from './shared-fleet.ts';

// Six processes start, beside those of other tests.
vi.setConfig({ testTimeout: 120_000 });

/** Of ten calls, and none more within the time of a test. */
const throttle = { perSecond: 0.001, burst: 9, longestWait: '0ms' };

describe.runIf(postgresUrl !== '' && hasRedisServer)('two nodes of two workers each', () => {
  test('share the rate limit of a device, and create one pair and one access token for all its calls', async () => {
    await using world = await startSharedFleet(postgresUrl, {
      balance: startBalancer,
      workers: 2,
      settings: { adobe: { throttle }, ...passThrough },
    });
    const { fleet, redis } = world;
    const server = new Redis(redis.url);
    await eventually(async () => expect(await server.zcard('kinpass:{nodes}')).toBe(4));
    server.disconnect();
    const tv = await fleet.signIn('ana', '203.0.113.1');
    const call = (number: number) =>
      callAt(fleet, fleet.node(number % 2), tv, { headers: { 'x-forwarded-for': '203.0.113.2' } });
    // Each over a connection of its own: every worker has some.
    const calls = await Promise.all(Array.from({ length: 40 }, (_, number) => call(number)));
    const statuses = Object.groupBy(calls, ({ status }) => status);
    const asked = (await fleet.control.requests()).filter(
      ({ party, headers }) => party === 'adobe' && headers['x-forwarded-for'] === '203.0.113.2',
    );
    // Two of the ten are for credentials and access token.
    expect(asked.map(({ operation }) => operation).sort()).toEqual([
      'dcr.register',
      'dcr.token',
      ...Array.from({ length: 8 }, () => 'profiles.all'),
    ]);
    expect([statuses[200]?.length, statuses[503]?.length]).toEqual([8, 32]);
  });
});
