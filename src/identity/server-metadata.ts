import * as client from 'openid-client';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { KinpassError } from '#src/lib/errors';
import { createSingleFlight } from '#src/lib/single-flight';
import { misconfigured, translate } from './errors.ts';
import type { ProviderFetch } from './http.ts';
import { atStep } from './step.ts';
import type { SigningAlgorithm } from './verify-id-token.ts';

/** Milliseconds. */
const maxAge = 60 * 60_000;
/** How long after a failed reload the old metadata is used before the next attempt. */
const retryAfter = 60_000;

interface Settings {
  readonly issuer: string;
  readonly clientId: string;
  readonly insecureHttp: boolean;
  /** Whether the metadata must list S256; otherwise it must only not list other methods alone. */
  readonly requirePkce: boolean;
  readonly signingAlgorithm: SigningAlgorithm;
}

interface Deps {
  readonly fetch: ProviderFetch;
  readonly clock: Pick<Clock, 'monotonic'>;
}

export type ReadServerMetadata = () => Promise<client.ServerMetadata>;

/**
 * The metadata of an OpenID Provider (OpenID Connect Discovery §4): read at first use and every hour, and replaced only
 * by metadata that passes the checks.
 * Errors: identity_provider_unavailable, identity_provider_misconfigured; the next call tries again.
 */
export const createReadServerMetadata = (settings: Settings, { fetch, clock }: Deps): ReadServerMetadata => {
  const flight = createSingleFlight<client.ServerMetadata>();
  let kept: { readonly metadata: client.ServerMetadata; readonly until: number } | undefined;

  const discover = async (): Promise<client.ServerMetadata> => {
    const execute = settings.insecureHttp ? [client.allowInsecureRequests] : [];
    const { issuer, clientId } = settings;
    const found = await client
      .discovery(new URL(issuer), clientId, {}, client.None(), {
        execute,
        timeout: 10,
        [client.customFetch]: fetch,
      })
      .catch((error: unknown) => {
        throw asFaultOfSettings(translate(error));
      });
    const metadata = checkServerMetadata(found.serverMetadata(), settings);
    kept = { metadata, until: clock.monotonic() + maxAge };
    return metadata;
  };

  return () =>
    kept && clock.monotonic() < kept.until
      ? Promise.resolve(kept.metadata)
      : flight(settings.issuer, () =>
          atStep({ step: 'discovery', endpoint: documentOf(settings.issuer) }, discover).catch(
            (error: unknown) => {
              if (!kept) throw error;
              kept = { ...kept, until: clock.monotonic() + retryAfter };
              return kept.metadata;
            },
          ),
        );
};

/** Whatever is published there instead of metadata, the address is not that of an issuer. */
const asFaultOfSettings = (error: KinpassError): KinpassError => {
  if (error.code === 'identity_rejected') return misconfigured('metadata', error.detail);
  return error.facts['error'] === 'not_json' ? misconfigured('not_json', error.detail) : error;
};

/** Where the metadata is published; openid-client takes an address with `/.well-known/` as it is. */
const documentOf = (issuer: string): string =>
  issuer.includes('/.well-known/') ? issuer : `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

const metadataSchema = z.looseObject({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  response_types_supported: z.array(z.string()).default(['code']),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
});

/** Returns the metadata if a code flow with it is safe. Errors: identity_provider_misconfigured. */
export const checkServerMetadata = (
  metadata: client.ServerMetadata,
  settings: Omit<Settings, 'clientId'>,
): client.ServerMetadata => {
  const fault = faultOf(metadata, settings);
  if (fault !== undefined) throw misconfigured(fault, `metadata: ${fault}`);
  return metadata;
};

/** The member of the metadata that does not fit the settings. */
const faultOf = (
  metadata: client.ServerMetadata,
  { issuer, insecureHttp, requirePkce, signingAlgorithm }: Omit<Settings, 'clientId'>,
): string | undefined => {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) return parsed.error.issues[0]?.path.join('.') ?? 'metadata';
  const found = parsed.data;
  if (withoutRootSlash(found.issuer) !== withoutRootSlash(issuer)) return 'issuer';
  const unfit = endpoints.find((name) => endpointFault(found[name], insecureHttp));
  if (unfit) return unfit;
  if (!found.response_types_supported.includes('code')) return 'response_types_supported';
  // A provider that says nothing may still support PKCE, and must ignore what it does not know (RFC 6749 §3.1).
  if (!(found.code_challenge_methods_supported?.includes('S256') ?? !requirePkce))
    return 'code_challenge_methods_supported';
  if (!(found.id_token_signing_alg_values_supported?.includes(signingAlgorithm) ?? true))
    return 'id_token_signing_alg_values_supported';
  return undefined;
};

const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** Issuers are compared byte for byte, except for the trailing slash of an empty path. */
export const withoutRootSlash = (issuer: string): string =>
  new URL(issuer).pathname === '/' ? issuer.replace(/\/$/, '') : issuer;

/** What is wrong with an endpoint, as words that follow its name; undefined if it may be called. */
export const endpointFault = (address: string, insecureHttp: boolean): string | undefined => {
  if (!URL.canParse(address)) return 'is not an absolute URL';
  const { protocol, username, password, hash } = new URL(address);
  if (protocol !== 'https:' && !(insecureHttp && protocol === 'http:')) return 'is not https';
  if (username || password) return 'contains a user or password';
  return hash ? 'has a fragment' : undefined;
};
