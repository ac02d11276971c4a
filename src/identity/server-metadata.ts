import * as client from 'openid-client';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { createSingleFlight } from '#src/lib/single-flight';
import { rejected, translate } from './errors.ts';
import type { ProviderFetch } from './http.ts';

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
}

interface Deps {
  readonly fetch: ProviderFetch;
  readonly clock: Pick<Clock, 'now'>;
}

export type ReadServerMetadata = () => Promise<client.ServerMetadata>;

/**
 * The metadata of an OpenID Provider (OpenID Connect Discovery §4): read at first use and every hour, and replaced only
 * by metadata that passes the checks.
 * Errors: identity_provider_unavailable, identity_rejected; the next call tries again.
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
        throw translate(error);
      });
    const metadata = checkServerMetadata(found.serverMetadata(), settings);
    kept = { metadata, until: clock.now() + maxAge };
    return metadata;
  };

  return () =>
    kept && clock.now() < kept.until
      ? Promise.resolve(kept.metadata)
      : flight(settings.issuer, () =>
          discover().catch((error: unknown) => {
            if (!kept) throw error;
            kept = { ...kept, until: clock.now() + retryAfter };
            return kept.metadata;
          }),
        );
};

const metadataSchema = z.looseObject({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  response_types_supported: z.array(z.string()).default(['code']),
  code_challenge_methods_supported: z.array(z.string()).optional(),
});

/** Returns the metadata if a code flow with it is safe. Errors: identity_rejected. */
export const checkServerMetadata = (
  metadata: client.ServerMetadata,
  { issuer, insecureHttp, requirePkce }: Omit<Settings, 'clientId'>,
): client.ServerMetadata => {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) throw rejected(`metadata: ${parsed.error.issues[0]?.path.join('.') ?? 'malformed'}`);
  const found = parsed.data;
  if (withoutRootSlash(found.issuer) !== withoutRootSlash(issuer)) throw rejected('metadata: issuer');
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    if (endpointFault(found[name], insecureHttp)) throw rejected(`metadata: ${name}`);
  }
  if (!found.response_types_supported.includes('code')) throw rejected('metadata: response_types_supported');
  // A provider that says nothing may still support PKCE, and must ignore what it does not know (RFC 6749 §3.1).
  if (!(found.code_challenge_methods_supported?.includes('S256') ?? !requirePkce)) {
    throw rejected('metadata: code_challenge_methods_supported');
  }
  return metadata;
};

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
