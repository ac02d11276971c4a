import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import type { ConfigInput } from '#src/config/schema';
import { createGateway } from '#src/gateway';
import { systemClock } from '#src/lib/clock';
import { certificate } from '../../adobe-pass/localhost-certificate.ts';
import { startGateway, type TestWorld } from '../../support/start-gateway.ts';
import { examine } from './examine.ts';
import { startProxy } from './start-proxy.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway({ settings: { trustedProxies: [] } });
});
afterEach(async () => {
  await t.control.reset();
});
afterAll(() => t[Symbol.asyncDispose]());

type World = Parameters<typeof examine>[0];
type App = ConfigInput['apps'][number];

/** The settings of the running gateway, with the app `ref30-tv` alone. */
const withApp = (changes: Partial<App> = {}): World => {
  const [app] = t.settings['apps'] as [App];
  return { settings: { ...t.settings, apps: [{ ...app, ...changes }] } };
};
const withSettings = (changes: object): World => ({ settings: { ...withApp().settings, ...changes } });

const temporary = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
};

/** A proxy in front of the gateway that is not in trustedProxies. */
const behindProxy = async (options: Parameters<typeof startProxy>[0] = {}): Promise<World> => {
  const proxy = await startProxy(options);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const world = await startGateway({ settings: { publicOrigin: proxy.origin, trustedProxies: [] } });
  onTestFinished(() => world[Symbol.asyncDispose]());
  proxy.to((world.settings['public'] as { port: number }).port);
  return world;
};

interface PlantedFault {
  /** As docs/doctor.md has it. */
  readonly check: string;
  readonly story: string;
  readonly plant: () => World | Promise<World>;
}

const plantedFaults: readonly PlantedFault[] = [
  {
    check: 'dns.<host>',
    story: 'a name that nobody knows',
    plant: () => withSettings({ adobe: { origin: 'http://sp.auth.adobe.test' } }),
  },
  {
    check: 'egress',
    story: 'a closed port',
    plant: () => withSettings({ adobe: { origin: 'http://localhost:1' } }),
  },
  {
    check: 'tls.<host>',
    story: 'a certificate of no known authority',
    plant: () => behindProxy({ certificate }),
  },
  {
    check: 'clock',
    story: 'a machine that is a minute ahead',
    plant: () => ({ ...withApp(), clock: { ...systemClock, now: () => systemClock.now() + 60_000 } }),
  },
  {
    check: 'adobe.<app>.statement',
    story: 'a statement that is none',
    plant: () => withApp({ softwareStatement: 'paste-the-statement-here' }),
  },
  {
    check: 'adobe.<app>.credentials',
    story: 'a statement that Adobe does not take',
    plant: async () => {
      const body = { error: 'invalid_software_statement' };
      await t.control.fault({
        match: { path: '/o/client/register' },
        fault: { kind: 'status', status: 400, body },
      });
      return withApp();
    },
  },
  {
    check: 'adobe.<app>.token',
    story: 'an app that Adobe has not approved',
    plant: async () => {
      const body = { error: 'unauthorized_client' };
      await t.control.fault({
        match: { path: '/o/client/token' },
        fault: { kind: 'status', status: 400, body },
      });
      return withApp();
    },
  },
  {
    check: 'adobe.<app>.configuration.<service provider>',
    story: 'a service provider that the statement is not for',
    plant: () => withApp({ serviceProviders: ['REF30', 'REF40'] }),
  },
  {
    check: 'adobe.<app>.redirect-urls',
    story: 'a domain that Adobe has not registered',
    plant: () => withApp({ redirectDomains: ['tv.example.com'] }),
  },
  {
    check: 'adobe.<app>.gateway-host',
    story: 'a gateway on a domain that Adobe has not registered',
    plant: async () => {
      const requestor = { id: 'REF30', mvpds: [{ id: 'Cablevision' }], domains: ['adobe.com'] };
      await t.control.fault({
        match: { path: '/api/v2/REF30/configuration' },
        fault: { kind: 'status', status: 200, body: { requestor } },
      });
      return withApp();
    },
  },
  {
    check: 'keys',
    story: 'a key that others may read',
    plant: async () => {
      const { directory } = t.settings['keys'] as { directory: string };
      const key = join(directory, 'service-token.pem');
      chmodSync(key, 0o644);
      onTestFinished(() => chmodSync(key, 0o600));
      return withApp();
    },
  },
  {
    check: 'store',
    story: 'a database that others may read',
    plant: async () => {
      const file = temporary('kinpass.db');
      const world = withSettings({ store: { kind: 'sqlite', file } });
      await (await createGateway(parseConfig(world.settings))).close();
      chmodSync(file, 0o644);
      return world;
    },
  },
  {
    check: 'shared',
    story: 'a server that is not there',
    plant: async () => withSettings({ shared: { kind: 'redis', url: 'redis://127.0.0.1:1' } }),
  },
  {
    check: 'public',
    story: 'a proxy that does not reach the running gateway',
    plant: async () => {
      const proxy = await startProxy();
      onTestFinished(() => proxy[Symbol.asyncDispose]());
      return withSettings({ publicOrigin: proxy.origin });
    },
  },
  {
    check: 'keys.published',
    story: 'the keys directory of another gateway',
    plant: async () => {
      const world = withSettings({ keys: { directory: temporary('keys') } });
      await (await createGateway(parseConfig(world.settings))).close();
      return world;
    },
  },
  { check: 'proxies', story: 'a proxy that is not trusted', plant: () => behindProxy() },
];

/** An id as the documentation has it, whatever it is about. */
const generic = (id: string): string =>
  id
    .replace(/^(dns|tls)\..*/, '$1.<host>')
    .replace(/^adobe\.[^.]+/, 'adobe.<app>')
    .replace(/(?<=\.configuration)\..*/, '.<service provider>');

test.for(plantedFaults)('$check fails alone, or warns: $story', async ({ check, plant }) => {
  const { failed, warned } = await examine(await plant());
  expect([...failed, ...warned].map(generic)).toEqual([check]);
});

test('every check of the doctor has its planted fault', async () => {
  const { results, failed, warned } = await examine(withApp());
  expect([...failed, ...warned]).toEqual([]);
  const ids = new Set(results.map(({ id }) => generic(id)));
  expect(plantedFaults.map(({ check }) => check).sort()).toEqual([...ids].sort());
});
