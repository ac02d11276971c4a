import { describe, expect, test } from 'vitest';
import { checkServerMetadata } from '#src/identity/server-metadata';

const issuer = 'https://op.example';
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
};

const check = (changes: object, expected = issuer, insecureHttp = false) =>
  checkServerMetadata(
    { ...metadata, ...changes },
    { issuer: expected, insecureHttp, requirePkce: false, signingAlgorithm: 'RS256' },
  );

test('the least that a provider may publish is enough', () => {
  expect(check({})).toEqual(metadata);
});

test.each(['https://op.example', 'https://op.example/'])(
  'as issuer %s, whichever way it is configured',
  (own) => {
    expect(check({ issuer: own }, 'https://op.example').issuer).toBe(own);
    expect(check({ issuer: own }, 'https://op.example/').issuer).toBe(own);
  },
);

describe('refused is', () => {
  test.each([
    ['another issuer', { issuer: 'https://mallory.example' }],
    ['an issuer with a path', { issuer: 'https://op.example/a' }],
    ['an issuer in capitals', { issuer: 'https://OP.example' }],
    ['an issuer of another scheme', { issuer: 'http://op.example' }],
    ['no authorization endpoint', { authorization_endpoint: undefined }],
    ['a plain authorization endpoint', { authorization_endpoint: 'http://op.example/a' }],
    ['a plain token endpoint', { token_endpoint: 'http://op.example/t' }],
    ['a plain key set', { jwks_uri: 'http://op.example/j' }],
    ['a user in a URL', { token_endpoint: 'https://a@op.example/t' }],
    ['a password in a URL', { token_endpoint: 'https://:b@op.example/t' }],
    ['a fragment in a URL', { authorization_endpoint: 'https://op.example/a#b' }],
    ['a script for an endpoint', { authorization_endpoint: 'javascript:alert(1)' }],
    ['no code flow', { response_types_supported: ['id_token'] }],
    ['PKCE without S256', { code_challenge_methods_supported: ['plain'] }],
    ['PKCE without any method', { code_challenge_methods_supported: [] }],
    ['another signing algorithm', { id_token_signing_alg_values_supported: ['ES256'] }],
  ])('%s', (_, changes) => {
    expect(() => check(changes)).toThrow(
      expect.objectContaining({ code: 'identity_provider_misconfigured' }),
    );
  });

  test('a path whose slash differs', () => {
    expect(() => check({ issuer: 'https://op.example/a/' }, 'https://op.example/a')).toThrow();
    expect(() => check({ issuer: 'https://op.example/a' }, 'https://op.example/a/')).toThrow();
  });
});

test('plain http where the operator allows it, and no other scheme', () => {
  expect(check({ token_endpoint: 'http://op.example/t' }, issuer, true)).toBeDefined();
  expect(() => check({ token_endpoint: 'ftp://op.example/t' }, issuer, true)).toThrow();
});
