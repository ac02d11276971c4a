import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createSealing, openNode } from '../soft-state/redis/open-node.ts';
import { hasRedisServer, noRedis, startRedisServer } from '../soft-state/redis/redis-server.ts';
import { oddKeys } from './odd-keys.ts';

/** Also what a name, a hash tag, a channel or a script of ours could be taken for. */
const hostile = [
  ...oddKeys,
  '203.0.113.9',
  'poll:a',
  'kinpass:poll:a',
  'kinpass:{nodes}',
  'kinpass:{nodes}:notices',
  'kinpass:probes',
  '{nodes}',
  'a}{b',
  '../probes',
  'a\r\nFLUSHALL\r\n',
  '"]] redis.call("FLUSHALL") --',
  'a'.repeat(10_000),
];

const ours = /^kinpass:(allowance|pace|poll):[\w-]{22}$/;
const fixed = ['kinpass:probes', 'kinpass:{nodes}', 'kinpass:{nodes}:returning'];
const limits = { mode: 'regenerating', perSecond: 0.001, burst: 0 } as const;
const pace = { interval: 60_000, tolerance: 0, penalty: 0, maxInterval: 60_000 };

if (!hasRedisServer) console.log(noRedis);

const start = async () => {
  const redis = await startRedisServer();
  const client = new Redis(redis.url);
  await client.mset('other', 'untouched', 'kinpass-other:poll:a', 'untouched');
  const open = () => openNode({ settings: { url: redis.url }, sealing: createSealing() });
  return {
    client,
    open,
    /** Without those of others. */
    keys: async () => (await client.keys('*')).filter((name) => !/other/.test(name)),
    /** Everything that is kept, as text. */
    kept: async (): Promise<string> => {
      const dumps = (await client.keys('*')).map((name) => client.dumpBuffer(name));
      return Buffer.concat((await Promise.all(dumps)).filter((dump) => dump !== null)).toString('latin1');
    },
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      await redis[Symbol.asyncDispose]();
    },
  };
};

type Node = Awaited<ReturnType<typeof openNode>>;

/** Each key is used for the first time by everything that has keys: none is taken for another. */
const useAll = async ({ softState }: Node): Promise<void> => {
  const now = systemClock.monotonic();
  for (const key of hostile) {
    expect(await softState.allowances.reserve({ key, limits, now, latest: now })).toBe(now);
    expect(await softState.paces.accept({ key, now, pace, expiresAt: now + 60_000 })).toBe(true);
    expect(await softState.polls.take({ key, owner: 'one', now, interval: 60_000 })).toEqual({ mine: true });
    await softState.polls.publish({ key, owner: 'one', answer: { canary: key }, kept: true });
    await softState.probes.remember({ id: key, arrival: { canary: key }, expiresAt: now + 60_000 });
  }
  for (const key of hostile) {
    expect(await softState.allowances.reserve({ key, limits, now, latest: now })).toBeGreaterThan(now);
    expect(await softState.paces.accept({ key, now, pace, expiresAt: now + 60_000 })).toBe(false);
    const turn = await softState.polls.take({ key, owner: 'other', now, interval: 60_000 });
    expect(turn).toMatchObject({ mine: false, answer: { canary: key } });
    expect(await softState.probes.find(key, now)).toEqual({ canary: key });
  }
};

test.runIf(hasRedisServer)(
  'T75 keys in Redis or Valkey: each is one key under the prefix, whatever stands in it, and cannot be read back',
  async () => {
    await using server = await start();
    await using node = await server.open();
    await useAll(node);
    const names = await server.keys();
    expect(names.filter((name) => !ours.test(name) && !fixed.includes(name))).toEqual([]);
    expect(names.filter((name) => ours.test(name))).toHaveLength(3 * hostile.length);
    expect(await server.client.mget('other', 'kinpass-other:poll:a')).toEqual(['untouched', 'untouched']);
    const kept = await server.kept();
    for (const plain of ['canary', '203.0.113.9', 'FLUSHALL']) expect(kept).not.toContain(plain);

    // Another gateway, or whoever can read the server but has not its secret, has other names for the same.
    await using another = await server.open();
    for (const key of hostile) {
      const now = systemClock.monotonic();
      await another.softState.polls.take({ key, owner: 'one', now, interval: 60_000 });
    }
    const polls = (await server.keys()).filter((name) => name.startsWith('kinpass:poll:'));
    expect(polls).toHaveLength(2 * hostile.length);
  },
);

test.runIf(hasRedisServer)(
  'T75 channels in Redis or Valkey: who follows one key hears of no other, and of nothing that others say',
  async () => {
    await using server = await start();
    const sealing = createSealing();
    const { options } = server.client;
    const settings = { url: `redis://127.0.0.1:${options.port}` };
    await using one = await openNode({ settings, sealing });
    await using other = await openNode({ settings, sealing });
    const heard = new Map<string, unknown[]>(hostile.map((key) => [key, []]));
    for (const key of hostile) other.softState.polls.follow(key, (answer) => heard.get(key)?.push(answer));
    const channels = () => server.client.call('PUBSUB', 'SHARDCHANNELS') as Promise<string[]>;
    await expect
      .poll(async () => (await channels()).filter((name) => ours.test(name)).length)
      .toBe(hostile.length);

    const now = systemClock.monotonic();
    for (const key of hostile) {
      await one.softState.polls.take({ key, owner: 'one', now, interval: 60_000 });
      await one.softState.polls.publish({ key, owner: 'one', answer: { key }, kept: false });
    }
    await expect.poll(() => [...heard.values()].flat().length).toBe(hostile.length);
    for (const key of hostile) expect(heard.get(key)).toEqual([{ key }]);
  },
);
