import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';
import { expect, test } from 'vitest';
import { newSigningKey } from '../../identity/drafts.ts';
import { examine, redOf } from './examine.ts';
import { registration } from './hostile-provider.ts';

const { clientId, clientSecret, redirectUri } = registration;
const key = newSigningKey('one');

const client = { client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] };
const signing = {
  jwks: { keys: [{ ...key.privateKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig' }] },
};

/** As it comes, on loopback. */
const startOidcProvider = async (configuration: Configuration) => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('request', new Provider(issuer, { cookies: { keys: ['a key'] }, ...configuration }).callback());
  return {
    config: { kind: 'oidc', issuer, clientId, clientSecret, scopes: ['openid'] },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

test('a certified OpenID Provider passes every check', async () => {
  await using op = await startOidcProvider({ clients: [client], ...signing });
  const results = await examine({ config: op.config });
  expect(results.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
});

test.for<[story: string, red: Record<string, string>, settings: object, configuration: Configuration]>([
  ['development keys', { 'provider.key-privacy': 'failed' }, {}, { clients: [client] }],
  [
    'another redirect URI',
    { 'provider.redirect-uri': 'failed' },
    {},
    { clients: [{ ...client, redirect_uris: ['https://sso.example/callback'] }], ...signing },
  ],
  [
    'another secret',
    { 'provider.client-authentication': 'failed' },
    { clientSecret: 'another secret' },
    { clients: [client], ...signing },
  ],
  [
    'another client',
    { 'provider.client-id': 'failed' },
    { clientId: 'another' },
    { clients: [client], ...signing },
  ],
  [
    'tokens signed with ES256',
    { 'provider.signing-algorithm': 'failed', 'provider.signing-key': 'failed' },
    { signingAlgorithm: 'ES256' },
    { clients: [client], ...signing },
  ],
])('an OpenID Provider with %s', async ([, red, settings, configuration]) => {
  await using op = await startOidcProvider(configuration);
  expect(redOf(await examine({ config: { ...op.config, ...settings } }))).toEqual(red);
});
