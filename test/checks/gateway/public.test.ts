import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createProxiesCheck } from '#src/checks/gateway/proxies';
import { createAdminClient } from '#src/cli/admin-client';
import { systemIds } from '#src/lib/ids';
import { startGateway, type TestWorld } from '../../support/start-gateway.ts';
import { examine } from './examine.ts';
import { appending, proxyAddress, startProxy } from './start-proxy.ts';

const world = async (settings: TestWorld['settings'] = {}): Promise<TestWorld> => {
  const t = await startGateway({ settings: { trustedProxies: [], ...settings } });
  onTestFinished(() => t[Symbol.asyncDispose]());
  return t;
};

const publicPort = ({ settings }: TestWorld) => (settings['public'] as { port: number }).port;

/** A gateway behind a proxy, which connects to it from `address`. */
const behindProxy = async (
  trustedProxies: readonly string[],
  forward = appending,
  address = proxyAddress,
): Promise<TestWorld> => {
  const proxy = await startProxy({ forward, address });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const t = await world({ publicOrigin: proxy.origin, trustedProxies: [...trustedProxies] });
  proxy.to(publicPort(t));
  return t;
};

/** The only check that failed or warned, besides that Adobe knows nothing of a made-up public origin. */
const theFault = async (settings: TestWorld['settings']) => {
  const seen = await examine({ settings });
  const found = [...seen.failed, ...seen.warned].filter((id) => !id.endsWith('.gateway-host'));
  expect(found).toHaveLength(1);
  return seen.of(found[0] ?? '');
};

/** What a server answers that is no gateway. */
const foreignServer = async (body: string): Promise<string> => {
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
};

test('something else at the public origin is the only failure', async () => {
  const { settings } = await world();
  const fault = await theFault({ ...settings, publicOrigin: await foreignServer('<html>') });
  expect(fault).toMatchObject({ id: 'public', summary: expect.stringContaining('Something other') });
});

test('a gateway with another issuer at the public origin is the only failure', async () => {
  const { settings, origin } = await world();
  const fault = await theFault({ ...settings, publicOrigin: origin.replace('localhost', '127.0.0.1') });
  expect(fault).toMatchObject({ id: 'public', facts: { status: 200, issuer: origin } });
});

test('nobody at the public origin while the gateway runs is the only failure', async () => {
  const { settings } = await world();
  const fault = await theFault({ ...settings, publicOrigin: 'http://localhost:1' });
  expect(fault).toMatchObject({ id: 'public', summary: expect.stringContaining('ECONNREFUSED') });
});

test('a gateway that does not run is no failure: what needs it is skipped, and says so', async () => {
  const t = await startGateway();
  const { settings } = t;
  await t[Symbol.asyncDispose]();
  await using elsewhere = await startGateway(); // its Adobe still runs
  const seen = await examine({ settings: { ...settings, adobe: elsewhere.settings['adobe'] } });
  expect([...seen.failed, ...seen.warned]).toEqual([]);
  expect(seen.of('public')).toMatchObject({ verdict: 'skipped', summary: 'The gateway is not running.' });
  expect(seen.of('keys.published').verdict).toBe('skipped');
  expect(seen.of('proxies').verdict).toBe('skipped');
});

test('a proxy in front of a gateway that does not run is no failure', async () => {
  const t = await startGateway();
  const { settings } = t;
  await t[Symbol.asyncDispose]();
  await using proxy = await startProxy(); // answers 502
  await using elsewhere = await startGateway();
  const adobe = elsewhere.settings['adobe'];
  const seen = await examine({ settings: { ...settings, adobe, publicOrigin: proxy.origin } });
  expect([...seen.failed, ...seen.warned]).toEqual([]);
  expect(seen.of('public').summary).toBe('The gateway is not running.');
});

test('without a proxy the client address is that of the connection', async () => {
  const seen = await examine(await world());
  expect(seen.of('proxies')).toMatchObject({ verdict: 'ok', facts: { client: '127.0.0.1' } });
});

test('a proxy that is trusted and adds the client address is ok', async () => {
  const seen = await examine(await behindProxy([proxyAddress]));
  expect(seen.failed).toEqual([]);
  expect(seen.of('proxies')).toMatchObject({
    verdict: 'ok',
    facts: { peer: proxyAddress, told: '192.0.2.254, 127.0.0.1', client: '127.0.0.1' },
  });
});

test('a proxy that replaces X-Forwarded-For is ok', async () => {
  const replacing: typeof appending = (headers, client) => ({ ...headers, 'x-forwarded-for': client });
  expect((await examine(await behindProxy([proxyAddress], replacing))).of('proxies').verdict).toBe('ok');
});

test('a proxy that is not trusted is the only failure, with what to trust', async () => {
  const { settings } = await behindProxy([]);
  expect(await theFault(settings)).toMatchObject({
    id: 'proxies',
    verdict: 'failed',
    cure: `Add ${proxyAddress}, or its network, to trustedProxies.`,
  });
});

test('a proxy on the machine of the doctor is not mistaken for the doctor', async () => {
  const { settings } = await behindProxy([], appending, '127.0.0.1');
  expect(await theFault(settings)).toMatchObject({
    id: 'proxies',
    cure: expect.stringContaining('127.0.0.1'),
  });
});

test('a trusted proxy that passes on what clients claim is the only failure', async () => {
  const { settings } = await behindProxy([proxyAddress], (headers) => headers);
  expect(await theFault(settings)).toMatchObject({
    id: 'proxies',
    summary: expect.stringContaining('Clients choose their own address'),
    facts: { client: '192.0.2.254' },
  });
});

test('a trusted proxy that tells nothing is the only failure', async () => {
  const { settings } = await behindProxy([proxyAddress], ({ 'x-forwarded-for': _, ...headers }) => headers);
  expect(await theFault(settings)).toMatchObject({
    id: 'proxies',
    summary: `The proxy ${proxyAddress} is trusted but does not tell the client's address.`,
  });
});

test('a balancer that adds nothing, and is not trusted, is a warning: it may be the NAT of this machine', async () => {
  const { settings } = await behindProxy([], (headers) => headers);
  expect(await theFault(settings)).toMatchObject({ id: 'proxies', verdict: 'warning' });
});

test('a machine that is trusted itself learns nothing', async () => {
  for (const settings of [
    (await behindProxy(['127.0.0.0/8'])).settings,
    (await world({ trustedProxies: ['loopback'] })).settings,
  ]) {
    const seen = await examine({ settings });
    expect(seen.failed).toEqual([]);
    expect(seen.of('proxies').summary).toContain('itself one of trustedProxies');
  }
});

test('the admin listener is asked with a token that may read; one that it does not know is told', async () => {
  const tokens = [
    { id: 'desk', token: 'd'.repeat(32), roles: ['revoke' as const] },
    { id: 'doctor', token: 'r'.repeat(32), roles: ['read' as const] },
  ];
  const { settings } = await world({ admin: { tokens } });
  expect((await examine({ settings })).of('proxies').verdict).toBe('ok');
  for (const changed of [tokens.slice(0, 1), [{ ...tokens[1], token: 'x'.repeat(32) }], []]) {
    const admin = { ...(settings['admin'] as object), tokens: changed };
    expect((await examine({ settings: { ...settings, admin } })).of('proxies')).toMatchObject({
      verdict: 'skipped',
      summary: 'The admin listener does not accept a token of these settings (admin.tokens, role read).',
    });
  }
});

test('another instance may answer at the public origin: nothing is told', async () => {
  const [here, there] = [await world(), await world()];
  const port = (here.settings['admin'] as { port: number }).port;
  const admin = createAdminClient({ host: '127.0.0.1', port, allowedHosts: [], tokens: [] });
  const check = createProxiesCheck({
    publicOrigin: there.origin,
    source: { from: 'xForwardedFor' },
    admin,
    ids: systemIds,
  });
  expect(await check.run(new AbortController().signal)).toMatchObject({
    verdict: 'skipped',
    summary:
      'The gateway behind the admin listener received none of 5 probes: other instances answer at the public origin, or others send probes too.',
  });
});
