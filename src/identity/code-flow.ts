import * as client from 'openid-client';
import { type Clock, systemClock } from '#src/lib/clock';
import { fingerprint, type Ids } from '#src/lib/ids';
import type { Parameters } from './authentication-request.ts';
import { captureIdToken } from './capture-id-token.ts';
import { misconfigured, translate } from './errors.ts';
import type { ProviderFetch } from './http.ts';
import type { Checks } from './provider.ts';
import type { ProviderKeys } from './provider-keys.ts';
import { atStep, placed, type Step } from './step.ts';
import type { SigningAlgorithm } from './verify-id-token.ts';

export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none';

/** How this gateway is registered at one provider. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly authentication: ClientAuthentication;
  readonly scopes: readonly string[];
  readonly signingAlgorithm: SigningAlgorithm;
  /** Seconds. */
  readonly clockTolerance: number;
  /**
   * Who checks the claims of the ID Token; `verifyIdToken` checks its signature. openid-client compares `iss` with the
   * one issuer of the metadata and requires an ID Token once a nonce is expected; neither can be configured. Where a
   * provider spells its issuer in several ways (Google) or may send no ID Token although a nonce was sent (Facebook),
   * `verifyIdToken` alone checks the claims.
   */
  readonly verifiedBy: 'openid-client+kinpass' | 'kinpass';
}

export interface CodeFlowDeps {
  readonly fetch: ProviderFetch;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly ids: Pick<Ids, 'secret'>;
  readonly insecureHttp: boolean;
}

interface Redemption {
  readonly metadata: client.ServerMetadata;
  readonly keys: ProviderKeys;
  readonly callback: URL;
  readonly checks: Checks;
  readonly signal?: AbortSignal | undefined;
}

export interface ProviderTokens {
  readonly accessToken: string;
  readonly idToken: string | undefined;
}

/** Authorization code flow with PKCE (RFC 9700 §2.1.1); state, nonce and verifier are fresh each time. */
export const createCodeFlow = (registration: Registration, deps: CodeFlowDeps) => {
  const configurationFor = createConfigurationFor(registration, deps);
  return {
    /** Errors: identity_provider_misconfigured. */
    begin: async (
      metadata: client.ServerMetadata,
      redirectUri: string,
      /** What else is sent; some of it depends on the nonce. */
      parametersFor: (nonce: string) => Parameters = () => ({}),
    ): Promise<{ url: URL; checks: Checks }> => {
      const { clock, ids } = deps;
      const secrets = { state: ids.secret(), nonce: ids.secret(), codeVerifier: ids.secret() };
      const checks = { ...secrets, begunAt: clock.now() };
      const parameters = {
        ...parametersFor(checks.nonce),
        redirect_uri: redirectUri,
        scope: registration.scopes.join(' '),
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: fingerprint(checks.codeVerifier), // RFC 7636 §4.2: SHA-256, base64url
        code_challenge_method: 'S256',
      };
      const url = await atStep(placeOf('authorization', metadata), () =>
        buildUrl(configurationFor(metadata), parameters),
      );
      return { url, checks };
    },

    /** Errors: those of `RedirectProvider.complete`. */
    redeem: async ({ metadata, keys, callback, checks, signal }: Redemption): Promise<ProviderTokens> => {
      const { fetch } = deps;
      const { signingAlgorithm } = registration;
      const passedOn = verifiesIdToken(registration);
      const seen = captureIdToken({ metadata, keys, signal, fetch, signingAlgorithm, passedOn });
      const config = configurationFor(metadata);
      config[client.customFetch] = seen.fetch; // which the call below reads before it waits for anything
      const tokens = await client
        .authorizationCodeGrant(config, callback, {
          pkceCodeVerifier: checks.codeVerifier,
          expectedState: checks.state,
          ...(passedOn && { expectedNonce: checks.nonce }),
        })
        .catch((error: unknown) => {
          throw signal?.aborted ? signal.reason : placed(translate(error), placeOf(seen.step(), metadata));
        });
      return { accessToken: tokens.access_token, idToken: seen.idToken() };
    },
  };
};

/** An ID Token comes from the token endpoint. */
const placeOf = (step: Step, { authorization_endpoint, token_endpoint }: client.ServerMetadata) => ({
  step,
  endpoint: (step === 'authorization' ? authorization_endpoint : token_endpoint) ?? '',
});

const verifiesIdToken = ({ verifiedBy }: Pick<Registration, 'verifiedBy'>): boolean =>
  verifiedBy === 'openid-client+kinpass';

/** Errors: identity_provider_misconfigured where the metadata sends the viewer to plain http. */
const buildUrl: typeof client.buildAuthorizationUrl = (config, parameters) => {
  try {
    return client.buildAuthorizationUrl(config, parameters);
  } catch {
    throw misconfigured('not_https');
  }
};

/** Kept until metadata or clocks change: openid-client copies the metadata into each Configuration. */
const createConfigurationFor = (registration: Registration, deps: CodeFlowDeps) => {
  let kept: { metadata: client.ServerMetadata; skew: number; config: client.Configuration } | undefined;
  return (metadata: client.ServerMetadata): client.Configuration => {
    // openid-client reads the machine's clock, which may differ from ours in tests.
    const skew = Math.round((deps.clock.now() - systemClock.now()) / 1000);
    if (kept?.metadata !== metadata || kept.skew !== skew)
      kept = { metadata, skew, config: configure(registration, { ...deps, metadata, skew }) };
    return kept.config;
  };
};

interface Circumstances extends Pick<CodeFlowDeps, 'insecureHttp'> {
  readonly metadata: client.ServerMetadata;
  /** Seconds. */
  readonly skew: number;
}

const configure = (
  { clientId, clientSecret, authentication, signingAlgorithm, clockTolerance }: Registration,
  { insecureHttp, metadata, skew }: Circumstances,
): client.Configuration => {
  const settings: Partial<client.ClientMetadata> = {
    id_token_signed_response_alg: signingAlgorithm,
    [client.clockTolerance]: clockTolerance,
    [client.clockSkew]: skew,
  };
  const config = new client.Configuration(
    metadata,
    clientId,
    settings,
    clientAuthentication(authentication, clientSecret),
  );
  config.timeout = 10;
  if (insecureHttp) client.allowInsecureRequests(config);
  return config;
};

/** How openid-client adds the credentials to a request. */
export const clientAuthentication = (
  method: ClientAuthentication,
  secret: string | undefined,
): client.ClientAuth => {
  if (method === 'none' || secret === undefined) return client.None();
  return method === 'client_secret_post' ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
};
