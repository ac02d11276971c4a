import { request } from '@kinpass/simulator/client';
import { Redis } from 'ioredis';
import { type RedisServer, startRedisServer } from '../../../test/soft-state/redis/redis-server.ts';
import { type Gateways, startGateways } from '../world/gateways.ts';
import { startTcpProxy, type TcpProxy } from '../world/tcp-proxy.ts';
import { type Ask, right, untilRight, wrong } from '../world/watch.ts';

export interface Shared {
  readonly server: RedisServer;
  /** Between the first gateway and the server. */
  readonly wire: TcpProxy;
  /** Runs a command on the server, as its operator would. */
  tell(...command: string[]): Promise<void>;
}

/** A password that the gateways do not have. */
export const password = 'changed-by-the-operator';

/** Both gateways can reach the shared state. */
export const isUp =
  ({ adminOrigins }: Gateways): Ask =>
  async () => {
    for (const origin of adminOrigins) {
      const { status, body } = await request({ url: `${origin}/readyz` });
      const { state } = body['shared'] as { state: string };
      if (status !== 200 || state !== 'up') return wrong(`${status} ${state}`);
    }
    return right;
  };

/** Two gateways, one of which reaches the server through a proxy. */
export const startShared = async (built: AsyncDisposableStack): Promise<Shared & { world: Gateways }> => {
  const server = built.use(await startRedisServer());
  const wire = built.use(await startTcpProxy(server.port));
  const shared = (node: number) => ({
    KINPASS_SHARED_URL: node === 0 ? `redis://127.0.0.1:${wire.port}` : server.url,
  });
  const settings = { shared: { kind: 'redis', url: server.url } };
  const world = built.use(await startGateways({ nodes: 2, settings, env: shared }));
  await untilRight(isUp(world));
  const tell = async (...[command = '', ...args]: string[]): Promise<void> => {
    const isLocked = args[1] === 'requirepass' && args[2] === '';
    const client = new Redis({ port: server.port, host: '127.0.0.1', ...(isLocked && { password }) });
    try {
      await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  };
  return { server, wire, tell, world };
};
