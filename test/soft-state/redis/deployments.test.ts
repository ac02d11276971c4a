import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { certificate } from '../../adobe-pass/localhost-certificate.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { createSealing, openNode } from './open-node.ts';
import {
  hasRedisServer,
  type RedisServer,
  startRedisServer,
  startSentinelServer,
  temporaryFolder,
} from './redis-server.ts';

const sealing = createSealing();
const limits = { mode: 'regenerating', perSecond: 1, burst: 9 } as const;
type Settings = Parameters<typeof openNode>[0]['settings'];

/** Two nodes do all that nodes do with each other. */
const share = async (settings: Settings): Promise<void> => {
  await using one = await openNode({ settings, sealing });
  await using other = await openNode({ settings, sealing });
  expect([one.changes, other.changes]).toEqual([['up'], ['up']]);
  const now = systemClock.monotonic();
  for (let n = 0; n < 20; n += 1) {
    const key = `device ${n}`;
    const through = [one, other].map(({ softState }) => softState);
    for (const { allowances } of through)
      for (let call = 0; call < 5; call += 1)
        expect(await allowances.reserve({ key, limits, now, latest: now + 60_000 })).toBe(now);
    const heard: unknown[] = [];
    const [asking, waiting] = through;
    if (!asking || !waiting) throw new Error('there are two');
    waiting.polls.follow(key, (answer) => heard.push(answer));
    expect(await asking.polls.take({ key, owner: 'one', now, interval: 60_000 })).toEqual({ mine: true });
    await eventually(async () => {
      await asking.polls.publish({ key, owner: 'one', answer: { n }, kept: true });
      expect(heard).toContainEqual({ n });
    });
    expect(await waiting.polls.take({ key, owner: 'other', now, interval: 60_000 })).toMatchObject({
      mine: false,
      answer: { n },
    });
  }
  const acted: string[] = [];
  other.softState.notices.receive(async ([notice]) => void acted.push(String(notice?.id)));
  await one.softState.notices.send([{ kind: 'account', id: 'a1' }]);
  expect(acted).toEqual(['a1']);
  expect([one.changes, other.changes]).toEqual([['up'], ['up']]);
};

describe.runIf(hasRedisServer)('the state is shared through', () => {
  test('a server with users, by one who may do no more than needed', async () => {
    const user =
      'kinpass on >secret resetkeys ~kinpass:* resetchannels &kinpass:* -@all +@connection +eval +evalsha +time' +
      ' +get +set +del +exists +pexpire +pttl +hmget +hset +zadd +zcard +zrem +zremrangebyscore +lpush +lrange +ltrim' +
      ' +spublish +ssubscribe +sunsubscribe';
    await using server = await startRedisServer('--user', ...user.split(' '), '--user', 'default', 'off');
    await share({ url: server.url, username: 'kinpass', password: 'secret' });
    await using wrong = await openNode({
      settings: { url: server.url, username: 'kinpass', password: 'guess' },
      sealing,
    });
    await using nobody = await openNode({ settings: { url: server.url }, sealing });
    await using elsewhere = await openNode({
      settings: { url: server.url, username: 'kinpass', password: 'secret', prefix: 'other' },
      sealing,
    });
    expect([wrong, nobody, elsewhere].map(({ changes }) => changes)).toEqual([
      ['WRONGPASS'],
      ['NOAUTH'],
      ['NOPERM'],
    ]);
  });

  test('TLS, by an authority of its own', async () => {
    using folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder.path, name), text);
      return join(folder.path, name);
    };
    const [cert, key] = [file('cert.pem', certificate.cert), file('key.pem', certificate.key)];
    const port = await freePort();
    await using server = await startRedisServer(
      ...['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key],
      ...['--tls-ca-cert-file', cert, '--tls-auth-clients', 'no'],
    );
    expect(server.port).not.toBe(port);
    const url = `rediss://localhost:${port}`;
    await share({ url, ca: cert });
    await using distrustful = await openNode({ settings: { url }, sealing });
    expect(distrustful.changes).toEqual([expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/)]);
  });

  test('Sentinel, also after it has made another server the primary', async () => {
    await using group = await startSentinel();
    const settings = { sentinel: { name: 'shared', nodes: [group.sentinel.url] } };
    await share(settings);
    await using node = await openNode({ settings, sealing });
    await group.primary.kill();
    await eventually(() => expect(node.changes).toEqual(['up', expect.any(String), 'up']));
    await share(settings);
  });

  test('a Cluster', async () => {
    await using cluster = await startCluster();
    await share({ cluster: { nodes: [cluster.servers[0]?.url ?? ''] } });
  });

  test('a Cluster of which a shard is away, and back', async () => {
    await using cluster = await startCluster();
    const settings = { cluster: { nodes: cluster.servers.map(({ url }) => url) } };
    await using node = await openNode({ settings, sealing });
    const [, victim] = cluster.servers;
    await victim?.kill();
    let calls = 0;
    await eventually(async () => {
      const now = systemClock.monotonic();
      calls += 1;
      await node.softState.allowances.reserve({ key: `device ${calls}`, limits, now, latest: now });
      expect(node.changes.length).toBeGreaterThan(1);
    });
    expect(node.state().up).toBe(false);
    await victim?.start();
    await eventually(() => expect(node.state().up).toBe(true));
  });
});

const startSentinel = async () => {
  const primary = await startRedisServer();
  const replica = await startRedisServer('--replicaof', `127.0.0.1 ${primary.port}`);
  const sentinel = await startSentinelServer(primary);
  const all = [sentinel, replica, primary];
  return { sentinel, primary, replica, [Symbol.asyncDispose]: () => stopAll(all) };
};

const stopAll = async (servers: readonly RedisServer[]): Promise<void> => {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
};

/** Three servers, of which each has a third of the slots. */
const startCluster = async () => {
  const options = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1000',
    '--cluster-require-full-coverage',
    'no',
  ];
  const servers = await Promise.all([1, 2, 3].map(() => startRedisServer(...options)));
  const clients = servers.map(({ url }) => new Redis(url));
  const bounds = [0, 5_461, 10_923, 16_384];
  for (const [index, client] of clients.entries()) {
    await client.cluster('ADDSLOTSRANGE', bounds[index] ?? 0, (bounds[index + 1] ?? 0) - 1);
    for (const { port } of servers) await client.cluster('MEET', '127.0.0.1', port);
  }
  for (const client of clients)
    await eventually(async () =>
      expect(await client.cluster('INFO')).toMatch(/cluster_state:ok[\s\S]*cluster_known_nodes:3/),
    );
  for (const client of clients) client.disconnect();
  return { servers, [Symbol.asyncDispose]: () => stopAll(servers) };
};
