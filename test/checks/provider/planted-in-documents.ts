import { json } from '../../identity/scripted-op.ts';
import { page } from './hostile-provider.ts';
import { metadata, moved, type PlantedFault, route } from './plant.ts';

const discovery = '/.well-known/openid-configuration';

export const plantedInDocuments: readonly PlantedFault[] = [
  {
    check: 'provider.discovery',
    verdict: 'failed',
    story: 'it is a list',
    plant: route(discovery, json([])),
  },
  {
    check: 'provider.discovery',
    verdict: 'failed',
    story: 'it is not found',
    plant: route(discovery, page('?', 404)),
    says: /Keycloak: https:\/\/host\/realms/,
  },
  {
    check: 'provider.discovery',
    verdict: 'failed',
    story: 'a login page answers',
    plant: route(discovery, page('Log in')),
    says: /not with a JSON object \(text\/html\)/,
  },
  {
    check: 'provider.discovery',
    verdict: 'failed',
    story: 'it redirects',
    plant: route(discovery, moved('https://other.example/x')),
    says: /redirects to https:\/\/other.example\/x/,
  },
  {
    check: 'provider.discovery',
    verdict: 'failed',
    story: 'the provider is down',
    plant: route(discovery, json({}, 503)),
    says: /status 503/,
  },
  {
    check: 'provider.discovery',
    verdict: 'failed',
    story: 'it never ends',
    plant: route(discovery, (_, response) => void response.writeHead(200).end('x'.repeat(1_100_000))),
    says: /too large/,
  },
  {
    check: 'provider.discovery',
    verdict: 'failed',
    story: 'the connection breaks',
    plant: route(discovery, (request) => void request.socket.destroy()),
    says: /ECONNRESET/,
  },
  {
    check: 'provider.issuer',
    verdict: 'failed',
    story: 'it ends with a slash and a path',
    plant: metadata((origin) => ({ issuer: `${origin}/tenant/` })),
    says: /configure issuer: .*\/tenant\/ exactly so/,
  },
  {
    check: 'provider.issuer',
    verdict: 'failed',
    story: 'Entra ID serves several tenants',
    plant: metadata({ issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }),
    says: /Entra ID: .*<tenant id>/,
  },
  {
    check: 'provider.issuer',
    verdict: 'failed',
    story: 'it is missing',
    plant: metadata({ issuer: undefined }),
  },
  {
    check: 'provider.aliases',
    verdict: 'warning',
    story: 'an alias has a placeholder',
    settings: { issuerAliases: ['https://sts.windows.net/{tenantid}/'] },
  },
  {
    check: 'provider.metadata',
    verdict: 'failed',
    story: 'a list is a text',
    plant: metadata({ response_types_supported: 'code' }),
    says: /response_types_supported/,
  },
  {
    check: 'provider.endpoints',
    verdict: 'failed',
    story: 'the authorization endpoint has a fragment',
    plant: metadata((origin) => ({ authorization_endpoint: `${origin}/authorize#x` })),
  },
  {
    check: 'provider.endpoints',
    verdict: 'failed',
    story: 'the token endpoint is missing',
    plant: metadata({ token_endpoint: undefined }),
  },
  {
    check: 'provider.endpoints',
    verdict: 'failed',
    story: 'jwks_uri is a path',
    plant: metadata({ jwks_uri: '/jwks' }),
  },
  {
    check: 'provider.other-endpoints',
    verdict: 'warning',
    story: 'userinfo has a password',
    plant: metadata({ userinfo_endpoint: 'https://a:b@op.example/userinfo' }),
  },
  {
    check: 'provider.logout',
    verdict: 'warning',
    story: 'it has no address for signing out',
    plant: metadata({ end_session_endpoint: undefined }),
    says: /stays signed in at the provider/,
  },
  {
    check: 'provider.response-type',
    verdict: 'failed',
    story: 'implicit flow only',
    plant: metadata({ response_types_supported: ['id_token'] }),
  },
  {
    check: 'provider.grant-type',
    verdict: 'failed',
    story: 'client credentials only',
    plant: metadata({ grant_types_supported: ['client_credentials'] }),
  },
  {
    check: 'provider.response-mode',
    verdict: 'failed',
    story: 'form_post only',
    plant: metadata({ response_modes_supported: ['form_post'] }),
  },
  {
    check: 'provider.plain-request',
    verdict: 'failed',
    story: 'pushed requests only',
    plant: metadata({ require_pushed_authorization_requests: true }),
    says: /PAR/,
  },
  {
    check: 'provider.pkce',
    verdict: 'warning',
    story: 'nothing is said of PKCE',
    plant: metadata({ code_challenge_methods_supported: undefined }),
    says: /Entra ID/,
  },
  {
    check: 'provider.pkce',
    verdict: 'failed',
    story: 'nothing is said of PKCE, and it is required',
    plant: metadata({ code_challenge_methods_supported: undefined }),
    settings: { requirePkce: true },
  },
  {
    check: 'provider.pkce',
    verdict: 'failed',
    story: 'plain only',
    plant: metadata({ code_challenge_methods_supported: ['plain'] }),
  },
  {
    check: 'provider.scopes',
    verdict: 'failed',
    story: 'no openid',
    plant: metadata({ scopes_supported: ['email', 'profile'] }),
  },
  {
    check: 'provider.scopes',
    verdict: 'warning',
    story: 'a scope is not listed',
    settings: { scopes: ['openid', 'email', 'loyalty'] },
    says: /loyalty/,
  },
  {
    check: 'provider.scopes',
    verdict: 'failed',
    story: 'invalid_scope',
    plant: ({ script }) => {
      script.callback = { error: 'invalid_scope' };
    },
  },
];
