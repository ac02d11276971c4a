import type { Step } from './step.ts';
import { transportCure } from './transport-cures.ts';

interface Fault {
  readonly step: Step;
  readonly error: string;
}

const compareClient =
  'Compare clientId, clientSecret and clientAuthentication with the registration at the provider.';
const compareKeys =
  'Compare the keys that the provider publishes with those that it signs with; issuer may be that of another environment.';
const notAnIssuer =
  'Correct issuer: the discovery document of the provider must be published at issuer + /.well-known/openid-configuration.';
const algorithm =
  'Set signingAlgorithm to the algorithm with which the provider signs ID Tokens, or change it there.';
const redirectUri =
  'Register the redirect URI of this provider there, exactly as publicOrigin + /callback/ + id of the provider.';

/** The first entry that matches `<step> <error>`. */
const cures: readonly (readonly [RegExp, string])[] = [
  [/ (invalid_client|graph_1|graph_101|graph_190)$/, compareClient],
  [
    / (unauthorized_client|unsupported_grant_type|unsupported_response_type|response_types_supported)$/,
    'Allow this client the authorization code flow at the provider.',
  ],
  [/ invalid_scope$/, 'Allow this client the configured scopes at the provider, or correct scopes.'],
  [/ (redirect_uri_mismatch|graph_191)$/, redirectUri],
  [
    / invalid_request$/,
    `The provider refuses a parameter of the request, often the redirect URI. ${redirectUri}`,
  ],
  [/^discovery (http_4\d\d|not_json|metadata)$/, notAnIssuer],
  [
    /^discovery issuer$/,
    'Set issuer to the issuer that the discovery document names, character by character.',
  ],
  [
    /^discovery \w+(_endpoint|_uri)$/,
    'The discovery document lacks this address, or it is not an https URL: ask the provider.',
  ],
  [
    / code_challenge_methods_supported$/,
    'Enable PKCE with S256 at the provider. If it is supported but not listed, set requirePkce: false.',
  ],
  [/ (signing_algorithm|id_token_signing_alg_values_supported)$/, algorithm],
  [
    / no_id_token$/,
    'Allow this client the scope openid at the provider: OAuth 2.0 without ID Tokens is not enough.',
  ],
  [/^keys (no_\w+|not_a_key_set|http_4\d\d)$/, compareKeys],
  [
    / http_3\d\d$/,
    'The address redirects, and redirects are not followed: configure the address that it redirects to.',
  ],
  [
    / (http_429|http_5\d\d|server_error|temporarily_unavailable|graph_\d+)$/,
    "The provider is failing or overloaded: see its status page; the gateway's next sign-in asks again.",
  ],
];

/** What an operator can look at where every identity of a provider is rejected; by the check that failed. */
const rejectionCures: readonly (readonly [RegExp, string])[] = [
  [/NO_MATCHING_KEY|KEY_SELECTION/, compareKeys],
  [
    /EXPIRED|TIMESTAMP| iat$| exp$|in the future$/,
    'Compare the clocks of this machine and of the provider; clockTolerance says how far they may differ.',
  ],
  [/ALG_NOT_ALLOWED/, algorithm],
];

export const cureOfRejection = (detail = ''): string | undefined =>
  rejectionCures.find(([pattern]) => pattern.test(detail))?.[1];

/** What an operator can do about a fault. */
export const cureOf = ({ step, error }: Fault): string =>
  cures.find(([pattern]) => pattern.test(`${step} ${error}`))?.[1] ??
  transportCure(error) ??
  'Look this error up in the documentation of the provider, or ask its support.';
