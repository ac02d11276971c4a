import type { ServerMetadata } from 'openid-client';
import type { IdentityProviderConfig } from '#src/config/schema';
import { authorityOf } from './authority.ts';
import { profileOf } from './claims.ts';
import { type CodeFlowDeps, createCodeFlow } from './code-flow.ts';
import { createReadGraphUser, graphError } from './facebook-graph.ts';
import type { ProviderFetch } from './http.ts';
import type { RedirectProvider, VerifiedIdentity } from './provider.ts';
import { createProviderKeys } from './provider-keys.ts';
import { type IdTokenRules, verifyIdToken } from './verify-id-token.ts';

type FacebookConfig = Extract<IdentityProviderConfig, { kind: 'facebook' }>;

/**
 * Facebook Login by code and PKCE. Its discovery document lacks a token endpoint, so the metadata is written here
 * (https://developers.facebook.com/documentation/facebook-login/guides/advanced/oidc-token). The ID Token is
 * verified if there is one; otherwise the Graph API says whose access token it is. Both give the app-scoped id.
 */
export const createFacebookProvider = (config: FacebookConfig, deps: CodeFlowDeps): RedirectProvider => {
  const { id, label, clientId, clientSecret, graphOrigin, graphVersion } = config;
  const metadata = metadataOf(config);
  const rules = rulesOf(config);
  const authority = authorityOf(config);
  const keys = createProviderKeys(metadata.jwks_uri, deps);
  const readGraphUser = createReadGraphUser(
    { graphOrigin, graphVersion, appId: clientId, appSecret: clientSecret },
    deps,
  );
  const flow = createCodeFlow(
    {
      clientId,
      clientSecret,
      authentication: 'client_secret_post',
      scopes: config.scopes ?? ['openid', 'email', 'public_profile'],
      signingAlgorithm: rules.algorithm,
      verifiedBy: 'kinpass',
    },
    { ...deps, fetch: withGraphErrors(deps.fetch, metadata.token_endpoint) },
  );
  const identity = (subject: string, claims: unknown): VerifiedIdentity => ({
    provider: id,
    issuer: rules.issuers[0],
    subject,
    ...profileOf(claims, authority),
  });

  return {
    id,
    label,
    begin: ({ redirectUri }) => flow.begin(metadata, redirectUri),
    complete: async ({ callback, checks, signal }) => {
      signal?.throwIfAborted();
      const { idToken, accessToken } = await flow.redeem({ metadata, keys, callback, checks, signal });
      if (idToken === undefined) {
        const user = await readGraphUser(accessToken, signal);
        return identity(user.id, user);
      }
      const token = { idToken, nonce: checks.nonce, accessToken };
      const claims = await verifyIdToken({ rules, keys, clock: deps.clock }, token);
      return identity(claims.sub, claims);
    },
  };
};

const metadataOf = ({ webOrigin, graphOrigin, graphVersion }: FacebookConfig) =>
  ({
    issuer: webOrigin,
    authorization_endpoint: `${webOrigin}/${graphVersion}/dialog/oauth`,
    token_endpoint: `${graphOrigin}/${graphVersion}/oauth/access_token`,
    // With the slash, and on www: the other spellings redirect.
    jwks_uri: `${webOrigin}/.well-known/oauth/openid/jwks/`,
  }) satisfies ServerMetadata;

/** openid-client cannot read the token endpoint's errors: `error` is an object, not a string. */
const withGraphErrors =
  (fetch: ProviderFetch, tokenEndpoint: string): ProviderFetch =>
  async (url, request) => {
    const response = await fetch(url, request);
    if (url !== tokenEndpoint || response.status === 200) return response;
    throw graphError('access_token', response.status, await response.json().catch(() => undefined));
  };

const realOrigin = 'https://www.facebook.com';

const rulesOf = ({ webOrigin, clientId }: FacebookConfig): IdTokenRules => ({
  issuers:
    webOrigin === realOrigin
      ? [webOrigin, 'https://facebook.com', 'https://limited.facebook.com']
      : [webOrigin],
  audience: clientId,
  authorizedParties: [],
  algorithm: 'RS256',
});
