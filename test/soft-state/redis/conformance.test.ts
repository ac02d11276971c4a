import { afterAll, beforeAll, describe } from 'vitest';
import { describeSoftState } from '../conformance.ts';
import { createSealing, freshPrefix, openNode } from './open-node.ts';
import {
  hasRedisServer,
  noRedis,
  type RedisServer,
  sharedRedisUrl,
  startRedisServer,
} from './redis-server.ts';
import { tellTime } from './told-time.ts';

const isPossible = sharedRedisUrl !== undefined || hasRedisServer;
if (!isPossible) console.log(noRedis);

describe.runIf(isPossible)('Redis', () => {
  let own: RedisServer | undefined;
  let url = sharedRedisUrl ?? '';
  beforeAll(async () => {
    if (sharedRedisUrl !== undefined) return;
    own = await startRedisServer();
    url = own.url;
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  describeSoftState('two nodes with Redis', async (clock) => {
    const prefix = freshPrefix();
    const told = tellTime(url, `${prefix}:time`);
    const options = { settings: { url, prefix }, sealing: createSealing(), clock, time: told.time };
    const [one, other] = await Promise.all([openNode(options), openNode(options)]);
    return {
      stores: told.through(one.softState, clock),
      rival: told.through(other.softState, clock),
      [Symbol.asyncDispose]: async () => {
        await Promise.all([one.close(), other.close()]);
        told.close();
      },
    };
  });
});
