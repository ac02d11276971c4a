import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { createSingleFlight } from '#src/lib/single-flight';
import { fromStatus, misconfigured } from './errors.ts';
import type { ProviderFetch } from './http.ts';
import { atStep, placed } from './step.ts';

/** Milliseconds. */
const maxAge = 10 * 60_000;
/** How long the last valid keys are used while the key set cannot be read. */
const maxStale = 60 * 60_000;
/** Minimum time after a failure, and between reloads for an unknown kid: attackers can choose kids. */
const minInterval = 5_000;

const documentSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(100) });

export interface ProviderKeys {
  /** For jose. Errors: as for reading the key set; jose's own for an unknown key. */
  readonly find: JWTVerifyGetKey;
  /**
   * The provider's key set, reloaded if it lacks the key of this token.
   * Errors: identity_provider_unavailable; identity_provider_misconfigured, also where none is for its algorithm.
   */
  documentFor(token: string | undefined): Promise<JSONWebKeySet>;
}

interface Deps {
  readonly fetch: ProviderFetch;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface Loaded {
  readonly document: JSONWebKeySet;
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly at: number;
}

/** The public keys of one provider: read at first use, cached, and reloaded when they are old or lack a key. */
export const createProviderKeys = (url: string, { fetch, clock }: Deps): ProviderKeys => {
  const flight = createSingleFlight<Loaded>();
  let last: Loaded | undefined;
  let failed: { readonly at: number; readonly error: unknown } | undefined;
  let forcedAt = Number.NEGATIVE_INFINITY;
  let forced: Promise<Loaded> | undefined;
  const since = (then: number) => clock.monotonic() - then;

  const load = (): Promise<Loaded> =>
    flight(url, async () => {
      try {
        const document = await readDocument(url, fetch);
        last = { document, find: createLocalJWKSet(document), at: clock.monotonic() };
        return last;
      } catch (error) {
        failed = { at: clock.monotonic(), error };
        throw error;
      }
    });

  const current = async (): Promise<Loaded> => {
    if (last && since(last.at) < maxAge) return last;
    const stale = last && since(last.at) < maxStale ? last : undefined;
    if (!failed || since(failed.at) >= minInterval) return stale ? load().catch(() => stale) : load();
    if (stale) return stale;
    throw failed.error;
  };

  /** Current keys, reloaded at most once per `minInterval` if they lack the requested one. */
  const holding = async (isThere: (loaded: Loaded) => Promise<boolean>): Promise<Loaded> => {
    const loaded = await current();
    if (await isThere(loaded)) return loaded;
    if (since(forcedAt) < minInterval) return forced ?? loaded;
    forcedAt = clock.monotonic();
    forced = load();
    return forced;
  };

  return {
    find: async (header, token) => (await holding(has(header))).find(header, token),
    documentFor: async (token) => {
      if (token === undefined) return (await current()).document;
      const { alg, kid } = decodeProtectedHeader(token);
      const loaded = await holding(has({ alg, kid }));
      if (await has({ alg })(loaded)) return loaded.document;
      throw placed(misconfigured('no_fitting_key'), { step: 'keys', endpoint: url });
    },
  };
};

const has =
  (header: { readonly alg?: string | undefined; readonly kid?: string | undefined }) =>
  async ({ find }: Loaded): Promise<boolean> => {
    try {
      const { alg = 'none', kid } = header;
      await find({ alg, ...(kid !== undefined && { kid }) });
      return true;
    } catch (error) {
      return !(error instanceof errors.JWKSNoMatchingKey);
    }
  };

const readDocument = (url: string, fetch: ProviderFetch): Promise<JSONWebKeySet> =>
  atStep({ step: 'keys', endpoint: url }, async () => {
    const accept = 'application/jwk-set+json, application/json';
    const response = await fetch(url, { method: 'GET', headers: { accept } });
    if (response.status !== 200) throw fromStatus(response.status, `key set: status ${response.status}`);
    const document = documentSchema.safeParse(await response.json().catch(() => undefined));
    if (!document.success) throw misconfigured('not_a_key_set');
    const keys = document.data.keys.filter(isFit);
    if (keys.length === 0) throw misconfigured('no_usable_key');
    return { keys };
  });

/**
 * Neither library rejects an RSA exponent of 1, with which anybody can sign, nor a key whose private part is published.
 */
const isFit = (key: Record<string, unknown>): key is Record<string, unknown> & { kty: string } =>
  typeof key['kty'] === 'string' &&
  key['kty'] !== 'oct' &&
  key['d'] === undefined &&
  (key['kty'] !== 'RSA' || key['e'] === 'AQAB');
