import { type RedisServer, startRedisServer } from '../soft-state/redis/redis-server.ts';
import { createOwnSchema, type OwnSchema } from '../support/own-schema.ts';
import { type BalancerLike, type Fleet, type FleetOptions, startFleet } from '../support/start-fleet.ts';

export interface SharedFleet<B = BalancerLike> {
  readonly fleet: Fleet<B>;
  readonly schema: OwnSchema;
  readonly redis: RedisServer;
}

/** Gateways that have PostgreSQL and Redis in common, and nothing else: keys are in the store. */
export const startSharedFleet = async <B extends BalancerLike>(
  postgresUrl: string,
  { settings, ...options }: FleetOptions<B>,
): Promise<SharedFleet<B> & AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const schema = stack.use(await createOwnSchema(postgresUrl));
  const redis = stack.use(await startRedisServer());
  const fleet = stack.use(
    await startFleet({
      ...options,
      settings: {
        store: schema.store,
        shared: { kind: 'redis', url: redis.url },
        keys: { in: 'store', masterKey: Buffer.alloc(32, 7).toString('base64url') },
        ...settings,
      },
    }),
  );
  const all = stack.move();
  return { fleet, schema, redis, [Symbol.asyncDispose]: () => all.disposeAsync() };
};
