import type { ServerMetadata } from 'openid-client';
import type { IdentityProviderConfig } from '#src/config/schema';
import { seconds } from '#src/lib/clock';
import { demandsProof } from './authentication-request.ts';
import { authorityOf } from './authority.ts';
import { profileOf } from './claims.ts';
import { type CodeFlowDeps, createCodeFlow, type ProviderTokens } from './code-flow.ts';
import { createReadGraphUser } from './facebook-graph.ts';
import { createCheckReauthentication, reauthenticationOf } from './facebook-reauthentication.ts';
import { createAskGraph, graphError } from './graph-request.ts';
import type { ProviderFetch } from './http.ts';
import type { RedirectProvider, VerifiedIdentity } from './provider.ts';
import { createProviderKeys } from './provider-keys.ts';
import { atStep } from './step.ts';
import { type IdTokenRules, verifyIdToken } from './verify-id-token.ts';

type FacebookConfig = Extract<IdentityProviderConfig, { kind: 'facebook' }>;

/**
 * Facebook Login by code and PKCE. Its discovery document lacks a token endpoint, so the metadata is written here
 * (https://developers.facebook.com/documentation/facebook-login/guides/advanced/oidc-token). The ID Token is
 * verified if there is one; otherwise the Graph API says whose access token it is. Both give the app-scoped id.
 */
export const createFacebookProvider = (config: FacebookConfig, deps: CodeFlowDeps): RedirectProvider => {
  const { id, label, clientId, clientSecret } = config;
  const metadata = facebookMetadata(config);
  const rules = facebookRules(config);
  const authority = authorityOf(config);
  const keys = createProviderKeys(metadata.jwks_uri, deps);
  const ask = createAskGraph(config, deps.fetch);
  const app = { appId: clientId, appSecret: clientSecret, ask };
  const readGraphUser = createReadGraphUser({ ...app, clock: deps.clock });
  const checkReauthentication = createCheckReauthentication(app);
  const flow = createCodeFlow(
    {
      clientId,
      clientSecret,
      authentication: 'client_secret_post',
      scopes: config.scopes ?? ['openid', 'email', 'public_profile'],
      signingAlgorithm: rules.algorithm,
      clockTolerance: rules.clockTolerance,
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

  const viewerOf = async (
    { idToken, accessToken }: ProviderTokens,
    nonce: string,
    signal: AbortSignal | undefined,
  ): Promise<VerifiedIdentity> => {
    if (idToken === undefined) {
      const user = await readGraphUser(accessToken, signal);
      return identity(user.id, user);
    }
    const token = { idToken, nonce, accessToken };
    const claims = await atStep({ step: 'id-token', endpoint: metadata.token_endpoint }, () =>
      verifyIdToken({ rules, keys, clock: deps.clock }, token),
    );
    return identity(claims.sub, claims);
  };

  return {
    id,
    label,
    begin: ({ redirectUri, request = {} }) =>
      flow.begin(metadata, redirectUri, (nonce) => reauthenticationOf(request, nonce)),
    complete: async ({ callback, checks, request = {}, signal }) => {
      signal?.throwIfAborted();
      const { nonce, begunAt } = checks;
      const tokens = await flow.redeem({ metadata, keys, callback, checks, signal });
      const viewer = await viewerOf(tokens, nonce, signal);
      if (!demandsProof(request)) return viewer;
      await checkReauthentication(tokens.accessToken, nonce, signal);
      // The password was entered since then.
      return { ...viewer, authTime: seconds(begunAt) };
    },
    logoutUrl: async () => undefined,
  };
};

export const facebookMetadata = ({ webOrigin, graphOrigin, graphVersion }: FacebookConfig) =>
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

export const facebookRules = ({
  webOrigin,
  clientId,
  clockTolerance,
  maxIdTokenLength,
}: FacebookConfig): IdTokenRules => ({
  issuers:
    webOrigin === realOrigin
      ? [webOrigin, 'https://facebook.com', 'https://limited.facebook.com']
      : [webOrigin],
  audience: clientId,
  authorizedParties: [],
  trustedAudiences: [],
  algorithm: 'RS256',
  clockTolerance: seconds(clockTolerance),
  maxLength: maxIdTokenLength,
});
