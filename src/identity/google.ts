import type { IdentityProviderConfig } from '#src/config/schema';
import { demandsProof, type ParametersOf, withoutEmpty } from './authentication-request.ts';
import { authorityOf } from './authority.ts';
import type { CodeFlowDeps } from './code-flow.ts';
import { createOidcProvider, type OidcSettings } from './oidc.ts';
import type { RedirectProvider } from './provider.ts';

type GoogleConfig = Extract<IdentityProviderConfig, { kind: 'google' }> & Pick<OidcSettings, 'claims'>;

/**
 * Google Sign-In. Its ID Tokens name the issuer as a URL or as that URL's bare host
 * (https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken).
 */
export const createGoogleProvider = (config: GoogleConfig, deps: CodeFlowDeps): RedirectProvider =>
  createOidcProvider(
    {
      ...config,
      issuerAliases: googleAliases(config.issuer),
      clientAuthentication: 'client_secret_post',
      signingAlgorithm: 'RS256',
      trustedAudiences: [],
      requirePkce: false,
      returnsAfterLogout: false,
      authority: authorityOf(config),
      parametersOf: googleParameters,
    },
    deps,
  );

/** The bare host. */
export const googleAliases = (issuer: string): readonly string[] => [
  issuer.replace(/^https?:\/\//, '').replace(/\/$/, ''),
];

/**
 * Google knows neither prompt=login nor max_age, and says auth_time only on request, to projects with "Session age
 * claims" (https://developers.google.com/identity/siwg/security-bundle).
 */
export const googleParameters: ParametersOf = (request) =>
  withoutEmpty({
    prompt: request.prompt && 'select_account',
    claims: demandsProof(request) ? '{"id_token":{"auth_time":{"essential":true}}}' : undefined,
    login_hint: request.loginHint,
  });
