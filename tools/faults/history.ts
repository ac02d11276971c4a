import { setTimeout } from 'node:timers/promises';
import { hasRedisServer, startRedisServer } from '../../test/soft-state/redis/redis-server.ts';
import { randomFrom } from '../../test/support/random-from.ts';
import { answers, findBinaries, startPostgres } from '../../test/support/start-postgres.ts';
import { childrenOf } from '../../test/support/start-workers.ts';
import type { Fault } from './fault.ts';
import { check, type Entry } from './history/check.ts';
import { runClient, type Viewer } from './history/client.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { startTcpProxy } from './world/tcp-proxy.ts';
import { ownerOf } from './world/watch.ts';

interface Shared {
  readonly settings: Record<string, unknown>;
  /** The faults, injected in turn while clients run. */
  readonly breaks: readonly (() => Promise<void>)[];
}

/** A server that is cut off, and one that crashes: PostgreSQL goes through recovery when one of its processes is killed. */
const sharePostgres = async (built: AsyncDisposableStack, binaries: string): Promise<Shared> => {
  const server = await startPostgres(binaries);
  built.defer(() => server.stop());
  const wire = built.use(await startTcpProxy(server.port));
  const crash = async () => {
    const [child] = childrenOf(server.pid);
    if (child !== undefined) process.kill(child, 'SIGKILL');
    await setTimeout(100);
    while (!(await answers(server.url))) await setTimeout(50);
  };
  const url = server.url.replace(`:${server.port}`, `:${wire.port}`);
  return {
    settings: { store: { kind: 'postgres', url, tls: { mode: 'disable' } } },
    breaks: [async () => wire.cut(), crash],
  };
};

const shareRedis = async (built: AsyncDisposableStack): Promise<Shared> => {
  const server = built.use(await startRedisServer());
  const restart = async () => {
    await server.kill();
    await setTimeout(1_000);
    await server.start();
  };
  const stall = async () => {
    server.pause();
    await setTimeout(2_000);
    server.resume();
  };
  return { settings: { shared: { kind: 'redis', url: server.url } }, breaks: [restart, stall] };
};

const viewersOf = async (world: Gateways): Promise<Viewer[]> => {
  const viewers: Viewer[] = [];
  for (const id of ['ana', 'ben', 'chloe'] as const) {
    await world.withProfile(id);
    const { text } = await (await world.signIn(id)).profiles();
    viewers.push({ id, profiles: ownerOf(text) });
  }
  if (new Set(viewers.map(({ profiles }) => profiles)).size < viewers.length)
    throw new Error('viewers cannot be told apart by their profiles');
  return viewers;
};

/** Milliseconds: a sign-out holds at once on the gateway that received it, and within a second on every other. */
const delay = 1_000;

/** Random requests of TVs, while gateways are killed and store and shared state fail: the history must be linearizable. */
export const history: Fault = {
  id: 'E30',
  name: 'history of 20 clients: sign in, redeem, call, refresh, sign out; gateways, PostgreSQL and Redis killed',
  run: async (size) => {
    const [clients, seconds] = size === 'short' ? [2, 1] : [20, 60];
    await using built = new AsyncDisposableStack();
    const shared: Shared[] = [];
    const binaries = size === 'whole' ? await findBinaries() : undefined;
    if (binaries) shared.push(await sharePostgres(built, binaries));
    if (size === 'whole' && hasRedisServer) shared.push(await shareRedis(built));
    const settings = Object.assign({}, ...shared.map((part) => part.settings));
    const world = built.use(await startGateways({ nodes: 2, settings }));
    const viewers = await viewersOf(world);
    const entries: Entry[] = [];
    const stop = new AbortController();
    const random = randomFrom(3_030);

    let kills = 0;
    const kill = async (): Promise<void> => {
      const node = kills % 2;
      kills += 1;
      world.node(node).signal('SIGKILL');
      await world.node(node).ended;
      await world.start(node);
      await world.balancer?.untilReady(2);
    };
    const breaks = [kill, ...shared.flatMap((part) => part.breaks)];
    const breakAll = async (): Promise<void> => {
      for (let turn = 0; !stop.signal.aborted && size === 'whole'; turn += 1) {
        await setTimeout(500 + random() * 1_500);
        await breaks[turn % breaks.length]?.();
      }
    };
    const running = Array.from({ length: clients }, (_, index) =>
      runClient({
        world,
        viewer: viewers[index % viewers.length] ?? { id: 'ana', profiles: '' },
        random: randomFrom(index),
        record: (entry) => entries.push(entry),
        stopped: stop.signal,
        delay,
      }),
    );
    const breaking = breakAll();
    await setTimeout(seconds * 1_000);
    stop.abort();
    await Promise.all([...running, breaking]);

    const { spentTwice, servedAfterEnd, lost, foreign } = check(entries, delay);
    return {
      requests: entries.length,
      wrong: servedAfterEnd.length + foreign.length,
      lost: lost.length,
      doubleSpent: spentTwice.length,
      recovery: 0,
      measures: [
        { what: 'kills', value: kills },
        { what: 'sign-ins', value: new Set(entries.map(({ signIn }) => signIn)).size },
        {
          what: 'inconclusive responses',
          value: entries.filter(({ outcome }) => outcome === 'unknown').length,
        },
      ],
      examples: Object.entries({ spentTwice, servedAfterEnd, lost, foreign }).flatMap(([what, ids]) =>
        ids.map((id) => `${what}: ${id.slice(0, 12)}…`),
      ),
    };
  },
};
