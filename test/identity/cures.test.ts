import { expect, test } from 'vitest';
import { cureOf, cureOfRejection } from '#src/identity/cures';
import type { Step } from '#src/identity/step';

test.each<[Step, string, RegExp]>([
  ['token', 'invalid_client', /clientSecret/],
  ['graph', 'graph_1', /clientSecret/],
  ['graph', 'graph_2', /status page/],
  ['token', 'graph_191', /redirect URI/],
  ['authorization', 'invalid_scope', /scopes/],
  ['discovery', 'http_404', /Correct issuer/],
  ['keys', 'http_404', /Compare the keys/],
  ['discovery', 'http_301', /redirects/],
  ['token', 'http_503', /status page/],
  ['discovery', 'token_endpoint', /lacks this address/],
  ['discovery', 'not_https', /insecureHttp/],
  ['discovery', 'CERT_HAS_EXPIRED', /certificate/],
  ['token', 'DEPTH_ZERO_SELF_SIGNED_CERT', /certificate/],
  ['keys', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /certificate/],
  ['token', 'ERR_TLS_CERT_ALTNAME_INVALID', /certificate/],
  ['discovery', 'ENOTFOUND', /DNS/],
  ['token', 'timeout', /firewall/],
  ['token', 'something_of_its_own', /documentation of the provider/],
])('%s, %s', (step, error, cure) => {
  expect(cureOf({ step, error })).toMatch(cure);
});

test.each([
  ['id_token: ERR_JWKS_NO_MATCHING_KEY', /keys/],
  ['id_token: ERR_JWT_EXPIRED exp', /clocks/],
  ['OAUTH_JWT_TIMESTAMP_CHECK_FAILED', /clocks/],
  ['id_token: ERR_JOSE_ALG_NOT_ALLOWED', /signingAlgorithm/],
])('rejected: %s', (detail, cure) => {
  expect(cureOfRejection(detail)).toMatch(cure);
});

test('what may be an attack has no cure', () => {
  for (const detail of ['id_token: nonce', 'id_token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED', undefined])
    expect(cureOfRejection(detail)).toBeUndefined();
});
