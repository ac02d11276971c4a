import { expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';

const withRules = (rules: object, more: object = {}) =>
  parseConfig({
    publicOrigin: 'https://sso.example',
    identityProviders: [{ id: 'google', kind: 'google', label: 'Google', clientId: 'g', clientSecret: 's' }],
    families: [{ id: 'ref', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.example' } }],
    apps: [
      {
        id: 'tv',
        name: 'TV',
        family: 'ref',
        serviceProviders: ['REF30'],
        softwareStatement: 's',
        externalServiceToken: { issuer: 'https://id.example', use: 'pass', ...rules },
      },
    ],
    ...more,
  });

test('external service tokens have safe defaults', () => {
  const { apps } = withRules({ keys: { jwks: 'https://id.example/jwks' } });
  expect(apps[0]?.externalServiceToken).toEqual({
    issuer: 'https://id.example',
    audience: 'adobe',
    keys: { jwks: 'https://id.example/jwks' },
    longestLifetime: 86_400_000,
    use: 'pass',
    overViewer: false,
  });
});

test.each<[string, object, string]>([
  [
    'keys by plain http',
    { keys: { jwks: 'http://id.example/jwks' } },
    'apps[0].externalServiceToken.keys.jwks  must be https',
  ],
  ['no keys', {}, 'apps[0].externalServiceToken.keys'],
  [
    'both kinds of keys',
    { keys: { jwks: 'https://id.example/jwks', pem: ['key.pem'] } },
    'externalServiceToken.keys',
  ],
  ['no files', { keys: { pem: [] } }, 'externalServiceToken.keys'],
  [
    'a lifetime of a week',
    { keys: { pem: ['key.pem'] }, longestLifetime: '7d' },
    'longestLifetime  must be between',
  ],
  ['no issuer', { keys: { pem: ['key.pem'] }, issuer: '' }, 'externalServiceToken.issuer'],
  ['an unknown use', { keys: { pem: ['key.pem'] }, use: 'ignore' }, 'externalServiceToken.use'],
  [
    'an unknown setting',
    { keys: { pem: ['key.pem'] }, algorithm: 'HS256' },
    'externalServiceToken.algorithm  is not a setting',
  ],
])('%s is rejected by name', (_what, rules, fault) => {
  expect(() => withRules(rules)).toThrow(
    expect.objectContaining({ code: 'config_invalid', hint: expect.stringContaining(fault) }),
  );
});

test('plain http is for development only', () => {
  expect(() => withRules({ keys: { jwks: 'http://id.example/jwks' } }, { insecureHttp: true })).not.toThrow();
});
