import { generateKeyPairSync } from 'node:crypto';
import { newSigningKey } from '../../identity/drafts.ts';
import { json } from '../../identity/scripted-op.ts';
import { page, signingKey } from './hostile-provider.ts';
import { keys, metadata, moved, type PlantedFault, route } from './plant.ts';

const publicOf = (modulusLength: number, exponent = 65_537) =>
  newSigningKey('two', modulusLength, exponent).jwk;
const privateKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });

export const plantedInKeys: readonly PlantedFault[] = [
  {
    check: 'provider.jwks',
    verdict: 'failed',
    story: 'it is not found',
    plant: route('/jwks', page('?', 404)),
  },
  {
    check: 'provider.jwks',
    verdict: 'failed',
    story: 'it redirects',
    plant: route('/jwks', moved('/other')),
  },
  { check: 'provider.jwks', verdict: 'failed', story: 'it is empty', plant: keys(), says: /HS256/ },
  {
    check: 'provider.jwks',
    verdict: 'failed',
    story: 'it is another document',
    plant: route('/jwks', json({ ok: true })),
  },
  {
    check: 'provider.jwks-cache',
    verdict: 'warning',
    story: 'it may be kept for a month',
    plant: (op) => {
      const jwks = op.routes['/jwks'] ?? page('?');
      op.routes['/jwks'] = (request, response, body) => {
        response.setHeader('cache-control', 'public, max-age=2592000');
        jwks(request, response, body);
      };
    },
    says: /30 days/,
  },
  {
    check: 'provider.signing-algorithm',
    verdict: 'failed',
    story: 'ES256 is signed with',
    plant: metadata({ id_token_signing_alg_values_supported: ['ES256'] }),
    says: /signingAlgorithm to ES256/,
  },
  {
    check: 'provider.signing-algorithm',
    verdict: 'failed',
    story: 'HS256 is signed with',
    plant: metadata({ id_token_signing_alg_values_supported: ['HS256'] }),
    says: /HS256 and none are never accepted/,
  },
  {
    check: 'provider.signing-algorithm',
    verdict: 'warning',
    story: 'nothing is said',
    plant: metadata({ id_token_signing_alg_values_supported: undefined }),
  },
  {
    check: 'provider.signing-key',
    verdict: 'failed',
    story: 'the only key is for PS256',
    plant: keys({ ...signingKey, alg: 'PS256' }),
  },
  {
    check: 'provider.signing-key',
    verdict: 'failed',
    story: 'the only key encrypts',
    plant: keys({ ...signingKey, alg: undefined, use: 'enc' }),
  },
  {
    check: 'provider.key-strength',
    verdict: 'failed',
    story: '1024 bits',
    plant: keys(signingKey, publicOf(1024)),
    says: /Key two has 1024 bits/,
  },
  {
    check: 'provider.key-strength',
    verdict: 'failed',
    story: 'the exponent is 3',
    plant: keys(signingKey, publicOf(2048, 3)),
  },
  {
    check: 'provider.key-ids',
    verdict: 'failed',
    story: 'two keys have one kid',
    plant: keys(signingKey, { ...publicOf(2048), kid: 'one' }),
  },
  {
    check: 'provider.key-ids',
    verdict: 'failed',
    story: 'of two keys one has no kid',
    plant: keys(signingKey, { ...publicOf(2048), kid: undefined }),
  },
  {
    check: 'provider.key-privacy',
    verdict: 'failed',
    story: 'a private key is published',
    plant: keys(signingKey, { ...privateKey, kid: 'two' }),
    says: /secret part \(d\)/,
  },
  {
    check: 'provider.key-privacy',
    verdict: 'failed',
    story: 'a symmetric key is published',
    plant: keys(signingKey, { kty: 'oct', k: 'c2VjcmV0', kid: 'two' }),
  },
  {
    check: 'provider.key-privacy',
    verdict: 'failed',
    story: 'the development key of oidc-provider',
    plant: keys({ ...signingKey, kid: 'keystore-CHANGE-ME' }),
  },
  {
    check: 'provider.key-use',
    verdict: 'warning',
    story: 'an RSA key for ES256',
    plant: keys(signingKey, { ...publicOf(2048), alg: 'ES256' }),
  },
  {
    check: 'provider.key-use',
    verdict: 'warning',
    story: 'a key without kty',
    plant: keys(signingKey, { kid: 'two' }),
  },
];
