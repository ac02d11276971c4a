import type { ServerMetadata } from 'openid-client';
import type { IdentityProviderConfig } from '#src/config/schema';
import { seconds } from '#src/lib/clock';
import { checkProof, oidcParameters, type ParametersOf } from './authentication-request.ts';
import { type Authority, authorityOf } from './authority.ts';
import { authenticationOf, namedClaims, profileOf } from './claims.ts';
import { type ClientAuthentication, type CodeFlowDeps, createCodeFlow } from './code-flow.ts';
import { misconfigured } from './errors.ts';
import { logoutUrl } from './logout-url.ts';
import type { RedirectProvider } from './provider.ts';
import { createProviderKeys, type ProviderKeys } from './provider-keys.ts';
import { createReadServerMetadata, endpointFault } from './server-metadata.ts';
import { atStep } from './step.ts';
import { type IdTokenRules, type SigningAlgorithm, verifyIdToken } from './verify-id-token.ts';

export interface OidcSettings {
  readonly id: string;
  readonly label: string;
  readonly issuer: string;
  /** Other spellings of the issuer that its ID Tokens may carry. */
  readonly issuerAliases: readonly string[];
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes?: readonly string[] | undefined;
  readonly signingAlgorithm: SigningAlgorithm;
  readonly authorizedParties: readonly string[];
  readonly trustedAudiences: readonly string[];
  /** Milliseconds. */
  readonly clockTolerance: number;
  /** Characters. */
  readonly maxIdTokenLength: number;
  /** Whether the metadata must list S256. */
  readonly requirePkce: boolean;
  /** Whether the provider sends browsers back after a logout: our address for that is registered there. */
  readonly returnsAfterLogout: boolean;
  readonly parametersOf: ParametersOf;
  /** When the provider is authoritative for an address. */
  readonly authority: Authority;
  /** Claims to pass on besides the subject. */
  readonly claims?: readonly string[];
}

type OidcConfig = Extract<IdentityProviderConfig, { kind: 'oidc' }> & Pick<OidcSettings, 'claims'>;

/** The programmer's own accounts (DTC), or any other OpenID Provider. */
export const createConfiguredProvider = (config: OidcConfig, deps: CodeFlowDeps): RedirectProvider =>
  createOidcProvider({ ...config, authority: authorityOf(config), parametersOf: oidcParameters }, deps);

/** An OpenID Provider that publishes its metadata, by the authorization code flow (OpenID Connect Core §3.1). */
export const createOidcProvider = (settings: OidcSettings, deps: CodeFlowDeps): RedirectProvider => {
  const { id, label, clientId, issuerAliases, signingAlgorithm } = settings;
  const clockTolerance = seconds(settings.clockTolerance);
  const readMetadata = createReadServerMetadata({ ...settings, insecureHttp: deps.insecureHttp }, deps);
  const keysOf = createKeysOf(deps);
  const flow = createCodeFlow(
    {
      clientId,
      clientSecret: settings.clientSecret,
      authentication: settings.clientAuthentication,
      scopes: oidcScopes(settings.scopes),
      signingAlgorithm,
      clockTolerance,
      verifiedBy: issuerAliases.length === 0 ? 'openid-client+kinpass' : 'kinpass',
    },
    deps,
  );

  return {
    id,
    label,
    begin: async ({ redirectUri, request = {}, signal }) => {
      signal?.throwIfAborted();
      const metadata = await readMetadata();
      return flow.begin(metadata, redirectUri, () => settings.parametersOf(request, metadata));
    },
    complete: async ({ callback, checks, request = {}, signal }) => {
      signal?.throwIfAborted();
      const metadata = await readMetadata();
      const keys = keysOf(metadata);
      const { idToken, accessToken } = await flow.redeem({ metadata, keys, callback, checks, signal });
      const endpoint = metadata.token_endpoint ?? '';
      return atStep({ step: 'id-token', endpoint }, async () => {
        if (idToken === undefined) throw misconfigured('no_id_token');
        const rules = rulesOf(settings, metadata.issuer);
        const token = { idToken, nonce: checks.nonce, accessToken };
        const claims = await verifyIdToken({ rules, keys, clock: deps.clock }, token);
        const now = seconds(deps.clock.now());
        const begunAt = seconds(checks.begunAt);
        checkProof({ request, begunAt, authTime: claims.auth_time, now, clockTolerance });
        return {
          provider: id,
          issuer: claims.iss,
          subject: claims.sub,
          ...profileOf(claims, settings.authority),
          ...authenticationOf(claims, { now, clockTolerance }),
          ...namedClaims(claims, settings.claims ?? []),
        };
      });
    },
    logoutUrl: async ({ returnTo, state }) => {
      const { end_session_endpoint: endpoint } = await readMetadata();
      if (endpoint === undefined || endpointFault(endpoint, deps.insecureHttp)) return undefined;
      return logoutUrl({
        endpoint,
        clientId,
        state,
        returnTo: settings.returnsAfterLogout ? returnTo : undefined,
      });
    },
  };
};

/** Without `openid` there is no ID Token (OpenID Connect Core §3.1.2.1). */
export const oidcScopes = (configured: readonly string[] | undefined): readonly string[] => [
  ...new Set(['openid', ...(configured ?? ['email', 'profile'])]),
];

const rulesOf = (settings: OidcSettings, issuer: string): IdTokenRules => ({
  issuers: [issuer, ...settings.issuerAliases],
  audience: settings.clientId,
  authorizedParties: settings.authorizedParties,
  trustedAudiences: settings.trustedAudiences,
  algorithm: settings.signingAlgorithm,
  clockTolerance: seconds(settings.clockTolerance),
  maxLength: settings.maxIdTokenLength,
});

/** The keys of the key set that the metadata currently names. */
const createKeysOf = (deps: CodeFlowDeps) => {
  let current: { readonly url: string; readonly keys: ProviderKeys } | undefined;
  return ({ jwks_uri: url }: ServerMetadata): ProviderKeys => {
    if (url === undefined) throw misconfigured('jwks_uri');
    if (current?.url !== url) current = { url, keys: createProviderKeys(url, deps) };
    return current.keys;
  };
};
