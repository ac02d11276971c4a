import type { IdentityProviderConfig } from '#src/config/schema';
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
      issuerAliases: [config.issuer.replace(/^https?:\/\//, '').replace(/\/$/, '')],
      clientAuthentication: 'client_secret_post',
      signingAlgorithm: 'RS256',
      authority: authorityOf(config),
    },
    deps,
  );
