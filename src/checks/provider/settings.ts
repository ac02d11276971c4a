import type { IdentityProviderConfig } from '#src/config/schema';
import { oidcParameters, type ParametersOf } from '#src/identity/authentication-request';
import { callbackUri } from '#src/identity/callback-uri';
import type { Registration } from '#src/identity/code-flow';
import { facebookMetadata, facebookRules } from '#src/identity/facebook';
import { googleAliases, googleParameters } from '#src/identity/google';
import { oidcScopes } from '#src/identity/oidc';
import { seconds } from '#src/lib/clock';

/** What the gateway expects of a provider, and how it is registered there, whatever the kind. */
export interface ProviderSettings {
  readonly config: IdentityProviderConfig;
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** Spellings of `iss` that are accepted besides the issuer. */
  readonly aliases: readonly string[];
  /** To be registered at the provider, exactly so. */
  readonly redirectUri: string;
  readonly registration: Registration;
  readonly requirePkce: boolean;
  /** Endpoints that the gateway does not take from the provider. */
  readonly fixedEndpoints: Readonly<Record<string, string>>;
  readonly parametersOf: ParametersOf;
}

type ConfigOf<Kind> = Extract<IdentityProviderConfig, { kind: Kind }>;
type OwnSettings = Omit<ProviderSettings, 'config' | 'redirectUri'>;

export const settingsOf = (config: IdentityProviderConfig, publicOrigin: string): ProviderSettings => ({
  config,
  redirectUri: callbackUri(publicOrigin, config.id),
  ...ownSettings(config),
});

const ownSettings = (config: IdentityProviderConfig): OwnSettings => {
  switch (config.kind) {
    case 'oidc':
      return oidcSettings(config);
    case 'google':
      return googleSettings(config);
    case 'facebook':
      return facebookSettings(config);
  }
};

const oidcSettings = (config: ConfigOf<'oidc'>): OwnSettings => ({
  issuer: config.issuer,
  discoveryUrl: discoveryUrlOf(config.issuer),
  aliases: config.issuerAliases,
  registration: {
    ...clientOf(config),
    authentication: config.clientAuthentication,
    scopes: oidcScopes(config.scopes),
    signingAlgorithm: config.signingAlgorithm,
  },
  requirePkce: config.requirePkce,
  fixedEndpoints: {},
  parametersOf: oidcParameters,
});

const googleSettings = (config: ConfigOf<'google'>): OwnSettings => ({
  issuer: config.issuer,
  discoveryUrl: discoveryUrlOf(config.issuer),
  aliases: googleAliases(config.issuer),
  registration: {
    ...clientOf(config),
    authentication: 'client_secret_post',
    scopes: oidcScopes(config.scopes),
    signingAlgorithm: 'RS256',
  },
  requirePkce: false,
  fixedEndpoints: {},
  parametersOf: googleParameters,
});

const facebookSettings = (config: ConfigOf<'facebook'>): OwnSettings => {
  const { issuers, algorithm } = facebookRules(config);
  const [issuer, ...aliases] = issuers;
  const { issuer: _, ...endpoints } = facebookMetadata(config);
  return {
    issuer,
    discoveryUrl: `${discoveryUrlOf(issuer)}/`,
    aliases,
    registration: {
      ...clientOf(config),
      authentication: 'client_secret_post',
      scopes: config.scopes ?? [],
      signingAlgorithm: algorithm,
    },
    requirePkce: false,
    fixedEndpoints: endpoints,
    parametersOf: () => ({}),
  };
};

const clientOf = ({ clientId, clientSecret, clockTolerance }: IdentityProviderConfig) => ({
  clientId,
  clientSecret,
  clockTolerance: seconds(clockTolerance),
  verifiedBy: 'kinpass' as const,
});

/** OpenID Connect Discovery §4.1. */
const discoveryUrlOf = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
