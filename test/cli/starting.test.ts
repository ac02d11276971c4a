import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openListeners, runGateway } from '#src/cli/gateway-servers';
import { parseConfig } from '#src/config/load';
import { createLog } from '#src/observability/logger';
import { createMemoryStores } from '#src/stores/memory/create';

test('until the gateway is composed, the admin listener says that it is starting', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kinpass-starting-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const config = parseConfig({
    publicOrigin: 'http://localhost:8080',
    insecureHttp: true,
    public: { host: '127.0.0.1', port: 0 },
    admin: { port: 0 },
    keys: { directory },
    store: { kind: 'memory' },
    identityProviders: [{ id: 'google', kind: 'google', label: 'Google', clientId: 'g', clientSecret: 's' }],
    families: [{ id: 'f', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.example' } }],
    apps: [{ id: 'tv', name: 'TV', family: 'f', serviceProviders: ['REF30'], softwareStatement: 'a.b.c' }],
  });
  const listeners = await openListeners(config);
  const stores = createMemoryStores();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow = { ...stores.subjects, read: () => released.then(() => stores.subjects.read()) };
  const starting = runGateway(config, listeners, {
    stores: { ...stores, subjects: slow },
    log: createLog('silent'),
  });
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${listeners.admin.port}${path}`);
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  expect(await ask('/startupz')).toEqual([503, 'starting']);
  expect(await ask('/readyz')).toEqual([503, 'starting']);
  expect(await ask('/livez')).toEqual([200, 'ok']);
  release();
  const running = await starting;
  expect(await ask('/startupz')).toEqual([200, 'ok']);
  await running.close();
});
