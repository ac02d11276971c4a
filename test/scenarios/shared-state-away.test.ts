import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedisServer, type RedisServer, startRedisServer } from '../soft-state/redis/redis-server.ts';
import { type RedisWire, startRedisWire } from '../support/redis-wire.ts';
import { refreshAt } from '../support/refresh-at.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let redis: RedisServer;
let wire: RedisWire;
let t: TestWorld;

describe.runIf(hasRedisServer)('while the shared state is unavailable', () => {
  beforeAll(async () => {
    redis = await startRedisServer();
    wire = await startRedisWire(redis.port);
    t = await startGateway({ settings: { shared: { kind: 'redis', url: wire.url } } });
  });
  afterAll(async () => {
    for (const made of [t, wire, redis]) await made?.[Symbol.asyncDispose]();
  });

  test.each([
    ['stall', 'ana', '203.0.113.1'],
    ['refuse', 'ben', '203.0.113.2'],
    ['pass', 'chloe', '203.0.113.3'],
  ] as const)('nothing fails (%s)', async (outage, user, address) => {
    await wire[outage]();
    const id = `TV of ${user}`;
    const tv = await t.signIn(t.device('tv', { id, address }), user);
    const mvpd = t.user(user).subscriptions[0]?.mvpd ?? '';
    const code = await t.logInAtMvpd(tv, user, mvpd);
    const plain = t.device('tv', { id: `plain ${id}`, address });
    await plain.register();
    const answers = [
      await tv.profiles(),
      await tv.call(`/REF30/profiles/code/${code}`, { headers: { prefer: 'wait=25' } }),
      await plain.profiles(),
      await refreshAt(t.origin, tv),
      await request({ url: `${t.adminOrigin}/readyz` }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });
});
