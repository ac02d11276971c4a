import { setTimeout } from 'node:timers/promises';
import { createBrowser } from '@kinpass/simulator/browser';
import { approveDevice } from '@kinpass/simulator/client';
import { hasRedisServer } from '../../test/soft-state/redis/redis-server.ts';
import type { Fault } from './fault.ts';
import { losses } from './shared-state/losses.ts';
import { isUp, startShared } from './shared-state/start.ts';
import type { Gateways } from './world/gateways.ts';
import { createWatch, ownProfiles, refreshing, right, untilRight, type Watch, wrong } from './world/watch.ts';

/** A TV's code is redeemed at both gateways at once, and again: all get the same tokens. Returns how many did not. */
const spendOnce = async (world: Gateways, watch: Watch): Promise<number> => {
  const tv = world.device();
  const code = await tv.signIn.requestDeviceCode();
  const user = world.simulator.fixtures.users[0];
  if (!user) return 0;
  await approveDevice(createBrowser({ address: tv.address }), code.verificationUriComplete, {
    provider: 'dtc',
    user,
  });
  const tokens = new Set<string>();
  const redeem = () =>
    watch.ask(async () => {
      const { status, body, text } = await tv.signIn.poll(code);
      if (status !== 200) return wrong(`a code was not redeemed: ${status} ${text}`);
      tokens.add(String(body['refresh_token']));
      return right;
    });
  await Promise.all([redeem(), redeem(), redeem(), redeem()]);
  return tokens.size - 1;
};

/** Valkey or Redis holds only data that may be lost: whatever fails there, no request fails and nothing is used twice. */
export const sharedStateAway: Fault = {
  id: 'E18',
  name: 'Redis killed, stalled for 30 s, full, locked, read-only, cut off from one of two gateways',
  within: 5_000,
  run: async (size) => {
    if (!hasRedisServer) return 'redis-server is not installed';
    await using built = new AsyncDisposableStack();
    const { world, ...shared } = await startShared(built);
    const tvs = [await world.withProfile('ana'), await world.withProfile('ben'), await world.signIn('chloe')];
    const watch = createWatch({ excuses: false });
    const [first, second, third] = tvs;
    if (!first || !second || !third) throw new Error('three TVs are signed in');
    const asks = [await ownProfiles(first), await ownProfiles(second), refreshing(third)];
    let recovery = 0;
    let doubleSpent = 0;
    for (const { plant, remove, lasts } of size === 'short' ? losses.slice(0, 1) : losses) {
      const load = watch.steadily(asks, 20);
      await plant(shared);
      watch.planted();
      await setTimeout(size === 'short' ? 100 : lasts * 1_000);
      doubleSpent += await spendOnce(world, watch);
      await remove(shared);
      watch.removed();
      recovery = Math.max(recovery, await untilRight(isUp(world)));
      await load.stop();
    }
    return watch.figures({ recovery, doubleSpent });
  },
};

/** Keys are lost all the time; none of them is essential. */
export const evictedKeys: Fault = {
  id: 'E19',
  name: 'Redis evicts keys at random, and is flushed repeatedly',
  within: 5_000,
  run: async (size) => {
    if (!hasRedisServer) return 'redis-server is not installed';
    await using built = new AsyncDisposableStack();
    const { world, tell } = await startShared(built);
    const watch = createWatch({ excuses: false });
    const tv = await world.withProfile('ana');
    const load = watch.steadily([await ownProfiles(tv), refreshing(await world.signIn('ben'))], 20);
    await tell('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
    await tell('CONFIG', 'SET', 'maxmemory', '1mb');
    let doubleSpent = 0;
    for (let round = 0; round < (size === 'short' ? 1 : 20); round += 1) {
      await tell('FLUSHALL');
      doubleSpent += await spendOnce(world, watch);
      await setTimeout(size === 'short' ? 10 : 250);
    }
    await load.stop();
    await tell('CONFIG', 'SET', 'maxmemory', '0');
    return watch.figures({ doubleSpent, recovery: await untilRight(isUp(world)) });
  },
};
