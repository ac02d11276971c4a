import { expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { reloaded } from '#src/config/reload';
import type { ConfigInput } from '#src/config/schema';

const input = {
  adobe: { origin: 'https://sp.example' },
  publicOrigin: 'https://sso.example',
  identityProviders: [{ id: 'google', kind: 'google', label: 'Google', clientId: 'g', clientSecret: 's' }],
  families: [{ id: 'ref', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.example' } }],
  apps: [{ id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 's' }],
} satisfies ConfigInput;

const start = parseConfig(input);
const changed = (changes: Partial<ConfigInput>) => reloaded(start, parseConfig({ ...input, ...changes }));

test('nothing waits where nothing was changed', () => {
  expect(changed({})).toEqual({ config: start, waiting: [] });
});

test('apps, families, providers and the way to Adobe change at once', () => {
  const apps = [{ ...input.apps[0], name: 'Television' }] as ConfigInput['apps'];
  const { config, waiting } = changed({ apps, adobe: { origin: 'https://other.example' } });
  expect(waiting).toEqual([]);
  expect(config.apps[0]?.name).toBe('Television');
  expect(config.adobe.origin).toBe('https://other.example');
});

test('what a process opens once waits for its next start, setting by setting', () => {
  const { config, waiting } = changed({
    public: { port: 9000 },
    admin: { host: '0.0.0.0' },
    store: { kind: 'memory' },
    keys: { directory: 'elsewhere' },
    log: { level: 'debug' },
  });
  expect([...waiting].sort()).toEqual([
    'admin.host',
    'keys.directory',
    'log.level',
    'public.port',
    'store.file',
    'store.kind',
  ]);
  expect(config).toEqual(start);
});

test('what does not go with the start is refused, naming the setting', () => {
  const production = parseConfig({ ...input, production: true });
  const insecure = parseConfig({ ...input, insecureHttp: true });
  expect(() => reloaded(production, insecure)).toThrow(
    expect.objectContaining({ code: 'config_invalid', hint: expect.stringContaining('insecureHttp') }),
  );
  const families = [
    { ...input.families[0], serviceToken: { issuer: 'https://sso.example', lifetime: '2h' } },
  ] as ConfigInput['families'];
  expect(() => changed({ families })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('families[0].serviceToken.lifetime') }),
  );
});
