import { expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { mergeReloadedConfig } from '#src/config/reload/reload';
import type { ConfigInput } from '#src/config/schema';

const input = {
  adobe: { origin: 'https://sp.example' },
  publicOrigin: 'https://sso.example',
  identityProviders: [{ id: 'google', kind: 'google', label: 'Google', clientId: 'g', clientSecret: 's' }],
  families: [{ id: 'ref', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.example' } }],
  apps: [{ id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 's' }],
} satisfies ConfigInput;

const start = parseConfig(input);
const changed = (changes: Partial<ConfigInput>) =>
  mergeReloadedConfig(start, parseConfig({ ...input, ...changes }));

test('without changes nothing is pending', () => {
  expect(changed({})).toEqual({ config: start, pendingRestart: [] });
});

test('apps, families, providers and Adobe settings change at once', () => {
  const apps = [{ ...input.apps[0], name: 'Television' }] as ConfigInput['apps'];
  const { config, pendingRestart } = changed({ apps, adobe: { origin: 'https://other.example' } });
  expect(pendingRestart).toEqual([]);
  expect(config.apps[0]?.name).toBe('Television');
  expect(config.adobe.origin).toBe('https://other.example');
});

test('settings of the start are pending until the next one, each by name', () => {
  const { config, pendingRestart } = changed({
    public: { port: 9000 },
    admin: { host: '127.0.0.2' },
    store: { kind: 'memory' },
    keys: { directory: 'elsewhere' },
    log: { level: 'debug' },
    caches: { callers: 5 },
  });
  expect([...pendingRestart].sort()).toEqual([
    'admin.host',
    'caches.callers',
    'keys.directory',
    'log.level',
    'public.port',
    'store.file',
    'store.kind',
  ]);
  expect(config).toEqual(start);
});

test('proxies whose connections begin with a header of the PROXY protocol wait for the next start', () => {
  const told = (from: 'forwarded' | 'proxyProtocol', trustedProxies: string[]) =>
    parseConfig({ ...input, public: { clientAddress: { from } }, trustedProxies });
  const merged = (from: 'forwarded' | 'proxyProtocol') =>
    mergeReloadedConfig(told(from, ['10.0.0.1']), told(from, ['10.0.0.2']));
  expect(merged('forwarded')).toMatchObject({ config: { trustedProxies: ['10.0.0.2'] }, pendingRestart: [] });
  expect(merged('proxyProtocol')).toMatchObject({
    config: { trustedProxies: ['10.0.0.1'] },
    pendingRestart: ['trustedProxies'],
  });
});

test('a configuration inconsistent with the start is rejected with the setting', () => {
  const production = parseConfig({ ...input, production: true });
  const insecure = parseConfig({ ...input, insecureHttp: true });
  expect(() => mergeReloadedConfig(production, insecure)).toThrow(
    expect.objectContaining({ code: 'config_invalid', hint: expect.stringContaining('insecureHttp') }),
  );
  const families = [
    { ...input.families[0], serviceToken: { issuer: 'https://sso.example', lifetime: '2h' } },
  ] as ConfigInput['families'];
  expect(() => changed({ families })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('families[0].serviceToken.lifetime') }),
  );
});
