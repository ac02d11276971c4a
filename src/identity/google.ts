import type { IdentityProviderConfig } from '#src/config/schema';
import type { AuthorityOf } from './claims.ts';
import type { CodeFlowDeps } from './code-flow.ts';
import { normalizeDomain } from './email.ts';
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
      authorityOf,
    },
    deps,
  );

const ownDomains = new Set(['gmail.com', 'googlemail.com']);

/**
 * Google is authoritative for its own mailboxes and those of a Workspace; any other verified address may have changed
 * hands since (https://developers.google.com/identity/gsi/web/guides/verify-google-id-token).
 */
const authorityOf: AuthorityOf = (domain, { email_verified, hd }) =>
  ownDomains.has(domain)
    ? email_verified !== false
    : email_verified === true && hd !== undefined && normalizeDomain(hd) === domain;
