import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBrowser } from '@kinpass/simulator/browser';
import { type Device, request, signInAtMvpd } from '@kinpass/simulator/client';
import { afterAll, describe, expect, test } from 'vitest';
import { hasRedisServer, startRedisServer } from '../soft-state/redis/redis-server.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { openSession } from '../support/watch.ts';
import { sharedIs, startSecondNode } from './second-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-fleet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const token = 'the-token-of-who-may-read-details';

/** Of four calls, and none more within the time of a test. */
const throttle = { perSecond: 0.001, burst: 3, longestWait: '0ms' };

const settingsWith = (url: string, database: string) => ({
  store: { kind: 'sqlite' as const, file: join(folder, database) },
  shared: { kind: 'redis' as const, url },
  admin: { tokens: [{ id: 'reader', token, roles: ['read' as const] }] },
});

const headersOf = ({ origin }: TestWorld, device: Device) => ({
  ...device.headers,
  host: new URL(origin).host,
  authorization: `Bearer ${device.tokens?.accessToken}`,
});

/** Calls by turns through these nodes, from this address; returns how many reached Adobe. */
const callsThatPass = async (
  t: TestWorld,
  tv: Device,
  { count, address, through }: { count: number; address: string; through: readonly string[] },
): Promise<number> => {
  let passed = 0;
  for (let call = 0; call < count; call += 1) {
    const { status } = await request({
      url: `${through[call % through.length]}/api/v2/REF30/profiles`,
      headers: { ...headersOf(t, tv), 'x-forwarded-for': address },
    });
    expect([200, 503]).toContain(status);
    if (status === 200) passed += 1;
  }
  return passed;
};

describe.runIf(hasRedisServer)('two nodes that share their state', () => {
  test('spend the budget of a device once; half of it each while the state is away; once when it is back', async () => {
    await using redis = await startRedisServer();
    await using t = await startGateway({
      settings: { ...settingsWith(redis.url, 'budget.db'), adobe: { throttle } },
    });
    await using second = await startSecondNode(t);
    const both = [t.origin, second.address];
    const tv = await t.signIn(t.device('tv'), 'ana');
    const admins = [t.adminOrigin, second.adminOrigin];
    await sharedIs('up', token, admins);
    // The first call gets Adobe's credentials for this viewer on this device.
    await callsThatPass(t, tv, { count: 2, address: '203.0.113.9', through: both });
    expect(await callsThatPass(t, tv, { count: 8, address: '203.0.113.1', through: both })).toBe(4);

    await redis.kill();
    await sharedIs('away', token, admins);
    const [first = '', other = ''] = both;
    for (const node of both)
      expect(await callsThatPass(t, tv, { count: 4, address: '203.0.113.2', through: [node] })).toBe(2);
    expect(await callsThatPass(t, tv, { count: 4, address: '203.0.113.3', through: [first] })).toBe(2);

    await redis.start();
    await sharedIs('up', token, admins);
    // What the first node spent by itself counts at the other one.
    expect(await callsThatPass(t, tv, { count: 4, address: '203.0.113.3', through: [other] })).toBe(2);
    // So does what was spent before, though the server has forgotten it.
    expect(await callsThatPass(t, tv, { count: 8, address: '203.0.113.1', through: both })).toBe(0);
    expect(await callsThatPass(t, tv, { count: 8, address: '203.0.113.4', through: both })).toBe(4);
  });

  test('ask Adobe once for a code, and all who wait get the profile', async () => {
    await using redis = await startRedisServer();
    await using t = await startGateway({ settings: settingsWith(redis.url, 'polls.db') });
    await using second = await startSecondNode(t);
    const tv = await t.signIn(t.device('tv'), 'ana');
    const { code, url } = await openSession(tv);
    await t.control.clearRequests();
    const streams = [t.origin, second.address, t.origin, second.address].map((node) =>
      streamFrom(node, t, tv, code),
    );
    const polls = async () =>
      (await t.control.requests()).filter(({ operation }) => operation === 'profiles.code');
    await expect.poll(async () => (await polls()).length, { timeout: 20_000 }).toBeGreaterThan(1);
    const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
    if (!subscription) throw new Error('ana has no subscription at Cablevision');
    await signInAtMvpd(createBrowser({ address: tv.address }), url, subscription);
    for (const text of await Promise.all(streams))
      expect(text).toMatch(/^event: profile\ndata: .*"Cablevision"/m);
    const times = (await polls()).map(({ at }) => Date.parse(at));
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(pauses.filter((pause) => pause < 3_500)).toEqual([]);
  });
});

const streamFrom = async (node: string, t: TestWorld, tv: Device, code: string): Promise<unknown> => {
  const { text } = await request({
    url: `${node}/api/v2/REF30/profiles/code/${code}`,
    headers: { ...headersOf(t, tv), accept: 'text/event-stream' },
  });
  return text;
};
