import { expect, test } from 'vitest';
import { endpointFaults } from '#src/checks/provider/endpoints';

const names = ['token_endpoint', 'jwks_uri'];

const faultsOf = (metadata: Record<string, unknown>, mayMiss = false) =>
  endpointFaults(metadata, names, { insecureHttp: false, mayMiss });

test('an endpoint is absolute, https, and holds neither user nor fragment', () => {
  const jwks_uri = 'https://op.example/jwks';
  const tokenAt = (token_endpoint: unknown) => faultsOf({ token_endpoint, jwks_uri });
  expect(tokenAt('https://op.example/token?tenant=a')).toEqual([]);
  expect(tokenAt('http://op.example/token')).toEqual(['token_endpoint is not https']);
  expect(tokenAt('/token')).toEqual(['token_endpoint is not an absolute URL']);
  expect(tokenAt(['https://op.example/token'])).toEqual(['token_endpoint is not an absolute URL']);
  expect(tokenAt('https://a@op.example/token')).toEqual(['token_endpoint contains a user or password']);
  expect(tokenAt('https://op.example/token#a')).toEqual(['token_endpoint has a fragment']);
});

test('one that is needed must be there, and every fault is told', () => {
  expect(faultsOf({ jwks_uri: 'ftp://op.example' })).toEqual([
    'token_endpoint is missing',
    'jwks_uri is not https',
  ]);
  expect(faultsOf({}, true)).toEqual([]);
});
