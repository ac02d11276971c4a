import { afterAll, beforeAll } from 'vitest';
import { type RedisServer, startRedisServer } from './redis-server.ts';

/** A server for the tests of one block, which they may stop, fill and empty. */
export const useOwnServer = (...options: string[]): { readonly server: RedisServer } => {
  let started: RedisServer | undefined;
  beforeAll(async () => {
    started = await startRedisServer(...options);
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
  return {
    get server() {
      if (!started) throw new Error('the server has not started yet');
      return started;
    },
  };
};
