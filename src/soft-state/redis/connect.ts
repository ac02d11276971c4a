import { readFile } from 'node:fs/promises';
import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import type { RedisSettings } from './settings.ts';

/** One for scripts, one for messages; a Cluster has its own connections for these. */
export interface Clients {
  readonly scripts: Redis | Cluster;
  readonly messages: Redis | Cluster;
}

/** Milliseconds until a connection is given up: names are looked up, and TLS takes several round trips. */
const connectTimeout = 1_000;

/** No queue and no repeats: who is away is left alone, and a new connection is made when it is back. */
const base = {
  lazyConnect: true,
  connectTimeout,
  disconnectTimeout: 1,
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  enableReadyCheck: false,
  protocol: 2,
  connectionName: 'kinpass',
} satisfies RedisOptions;

/** Clients that are not connected yet. The library is loaded here, by those who use it. */
export const createClients = async (settings: RedisSettings): Promise<Clients> => {
  const { Cluster, Redis } = await import('ioredis');
  const { url = 'redis://localhost', sentinel, cluster, username, password } = settings;
  const [first = url] = sentinel?.nodes ?? cluster?.nodes ?? [];
  const tls = first.startsWith('rediss:') ? await tlsOf(settings) : undefined;
  const access = { ...(username && { username }), ...(password && { password }), ...(tls && { tls }) };
  if (cluster) {
    const client = new Cluster(cluster.nodes.map(addressOf), clusterOptions(access));
    return { scripts: client, messages: client };
  }
  const options = { ...base, ...access, ...(sentinel ? viaSentinel(sentinel, tls) : serverOf(url)) };
  return { scripts: new Redis(options), messages: new Redis(options) };
};

/** Undefined: those of Node.js. */
const tlsOf = async ({ ca }: RedisSettings): Promise<{ ca?: string }> =>
  ca === undefined ? {} : { ca: await readFile(ca, 'utf8') };

const addressOf = (node: string): { readonly host: string; readonly port: number } => {
  const { hostname, port } = new URL(node);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) };
};

const serverOf = (url: string) => ({ ...addressOf(url), db: Number(new URL(url).pathname.slice(1)) });

const viaSentinel = (
  { name, nodes, username, password }: NonNullable<RedisSettings['sentinel']>,
  tls: { ca?: string } | undefined,
) => ({
  name,
  sentinels: nodes.map(addressOf),
  sentinelRetryStrategy: () => null,
  sentinelCommandTimeout: connectTimeout,
  ...(username && { sentinelUsername: username }),
  ...(password && { sentinelPassword: password }),
  ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
});

interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { ca?: string };
}

const clusterOptions = (access: Access) => {
  const { lazyConnect, enableOfflineQueue, retryStrategy, ...redisOptions } = base;
  return {
    lazyConnect,
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: connectTimeout,
    // A slot that moves is followed; a shard that is away is not waited for.
    maxRedirections: 4,
    retryDelayOnClusterDown: 50,
    retryDelayOnFailover: 50,
    retryDelayOnTryAgain: 50,
    shardedSubscribers: true,
    // Certificates are for names.
    dnsLookup: (address, done) => done(null, address),
    redisOptions: { ...redisOptions, ...access },
  } satisfies ClusterOptions;
};
