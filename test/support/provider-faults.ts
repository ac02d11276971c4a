import { newSigningKey } from '../identity/drafts.ts';
import { type Handler, json, type ScriptedOp } from '../identity/scripted-op.ts';

export const discovery = '/.well-known/openid-configuration';

const calledBackWith =
  (error: string) =>
  (op: ScriptedOp): void => {
    op.script.callback = { code: undefined, error };
  };
const answeredAt =
  (path: string, answer: Handler) =>
  (op: ScriptedOp): void => {
    op.routes[path] = answer;
  };
const described =
  (metadata: object) =>
  (op: ScriptedOp): void => {
    op.script.metadata = { ...metadata };
  };
const challenge: Handler = (_, response) =>
  void response.writeHead(401, { 'www-authenticate': 'Basic realm="op"' }).end();
const page: Handler = (_, response) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');

export interface ProviderFault {
  readonly name: string;
  readonly bend?: (op: ScriptedOp) => void;
  readonly settings?: object;
  /** Of the line in the log. */
  readonly step: string;
  readonly at: string;
  readonly error: string;
  readonly cure: RegExp;
}

const client = /Compare clientId, clientSecret and clientAuthentication/;
const wrongIssuer = /Correct issuer/;
export const keys = /Compare the keys/;

/** Where gateway and provider do not fit each other. */
export const settingsAtFault: readonly ProviderFault[] = [
  {
    name: 'wrong secret',
    settings: { clientSecret: 'wrong' },
    step: 'token',
    at: '/token',
    error: 'invalid_client',
    cure: client,
  },
  {
    name: 'wrong secret, told by a challenge',
    bend: answeredAt('/token', challenge),
    step: 'token',
    at: '/token',
    error: 'invalid_client',
    cure: client,
  },
  {
    name: 'client without a secret, where one is needed',
    settings: { clientAuthentication: 'none', clientSecret: undefined },
    step: 'token',
    at: '/token',
    error: 'invalid_client',
    cure: client,
  },
  {
    name: 'grant not allowed',
    bend: answeredAt('/token', json({ error: 'unauthorized_client' }, 400)),
    step: 'token',
    at: '/token',
    error: 'unauthorized_client',
    cure: /code flow/,
  },
  {
    name: 'redirect URI that the token endpoint does not know',
    bend: answeredAt(
      '/token',
      json({ error: 'invalid_grant', error_description: 'redirect_uri does not match' }, 400),
    ),
    step: 'token',
    at: '/token',
    error: 'redirect_uri_mismatch',
    cure: /Register the redirect URI/,
  },
  {
    name: 'token endpoint that is not there',
    bend: answeredAt('/token', json({}, 404)),
    step: 'token',
    at: '/token',
    error: 'http_404',
    cure: /documentation of the provider/,
  },
  {
    name: 'token response without ID Token',
    bend: answeredAt('/token', json({ access_token: 'x', token_type: 'bearer' })),
    step: 'token',
    at: '/token',
    error: 'no_id_token',
    cure: /scope openid/,
  },
  {
    name: 'scope not allowed',
    bend: calledBackWith('invalid_scope'),
    step: 'authorization',
    at: '/authorize',
    error: 'invalid_scope',
    cure: /scopes/,
  },
  {
    name: 'response type not allowed',
    bend: calledBackWith('unsupported_response_type'),
    step: 'authorization',
    at: '/authorize',
    error: 'unsupported_response_type',
    cure: /code flow/,
  },
  {
    name: 'refused request',
    bend: calledBackWith('invalid_request'),
    step: 'authorization',
    at: '/authorize',
    error: 'invalid_request',
    cure: /redirect URI/,
  },
  {
    name: 'no discovery document',
    bend: answeredAt(discovery, json({}, 404)),
    step: 'discovery',
    at: discovery,
    error: 'http_404',
    cure: wrongIssuer,
  },
  {
    name: 'web page for a discovery document',
    bend: answeredAt(discovery, page),
    step: 'discovery',
    at: discovery,
    error: 'not_json',
    cure: wrongIssuer,
  },
  {
    name: 'other issuer',
    bend: described({ issuer: 'https://op.example' }),
    step: 'discovery',
    at: discovery,
    error: 'issuer',
    cure: /character by character/,
  },
  {
    name: 'no address of keys',
    bend: described({ jwks_uri: undefined }),
    step: 'discovery',
    at: discovery,
    error: 'jwks_uri',
    cure: /lacks this address/,
  },
  {
    name: 'algorithm that is not offered',
    settings: { signingAlgorithm: 'ES256' },
    step: 'discovery',
    at: discovery,
    error: 'id_token_signing_alg_values_supported',
    cure: /signingAlgorithm/,
  },
  {
    name: 'other algorithm than configured',
    bend: described({ id_token_signing_alg_values_supported: undefined }),
    settings: { signingAlgorithm: 'ES256' },
    step: 'id-token',
    at: '/token',
    error: 'signing_algorithm',
    cure: /signingAlgorithm/,
  },
  {
    name: 'key set without a key for the algorithm',
    bend: answeredAt('/jwks', json({ keys: [{ ...newSigningKey('one').jwk, alg: 'PS256' }] })),
    step: 'keys',
    at: '/jwks',
    error: 'no_fitting_key',
    cure: keys,
  },
  {
    name: 'key set without a usable key',
    bend: (op) => op.publish(),
    step: 'keys',
    at: '/jwks',
    error: 'no_usable_key',
    cure: keys,
  },
  {
    name: 'key set that is not there',
    bend: answeredAt('/jwks', json({}, 404)),
    step: 'keys',
    at: '/jwks',
    error: 'http_404',
    cure: keys,
  },
];

/** Where the provider is down. */
export const outages: readonly ProviderFault[] = [
  {
    name: 'outage of discovery',
    bend: answeredAt(discovery, json({}, 503)),
    step: 'discovery',
    at: discovery,
    error: 'http_503',
    cure: /status page/,
  },
  {
    name: 'outage of the token endpoint',
    bend: answeredAt('/token', json({}, 500)),
    step: 'token',
    at: '/token',
    error: 'http_500',
    cure: /status page/,
  },
  {
    name: 'outage of the key set',
    bend: answeredAt('/jwks', json({}, 500)),
    step: 'keys',
    at: '/jwks',
    error: 'http_500',
    cure: /status page/,
  },
  {
    name: 'outage told by the browser',
    bend: calledBackWith('temporarily_unavailable'),
    step: 'authorization',
    at: '/authorize',
    error: 'temporarily_unavailable',
    cure: /status page/,
  },
  {
    name: 'connection that is cut',
    bend: answeredAt('/token', (request) => void request.socket.destroy()),
    step: 'token',
    at: '/token',
    error: 'ECONNRESET',
    cure: /firewall/,
  },
];
