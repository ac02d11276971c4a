import type { CustomFetch, ServerMetadata } from 'openid-client';
import { checkFit } from './check-fit.ts';
import { misconfigured } from './errors.ts';
import type { ProviderFetch } from './http.ts';
import type { ProviderKeys } from './provider-keys.ts';
import type { Step } from './step.ts';
import type { SigningAlgorithm } from './verify-id-token.ts';

interface Deps {
  readonly metadata: ServerMetadata;
  readonly keys: ProviderKeys;
  readonly signal: AbortSignal | undefined;
  readonly fetch: ProviderFetch;
  readonly signingAlgorithm: SigningAlgorithm;
  /** Whether openid-client checks the ID Token's claims too, and so requires one. */
  readonly passedOn: boolean;
}

/**
 * A fetch for openid-client that captures the ID Token of the token response: openid-client returns claims, our verifier
 * needs the token. It removes the token where openid-client must not check it, is aborted with the caller's signal, and
 * knows how far the sign-in came.
 */
export const captureIdToken = ({ metadata, keys, signal, fetch, signingAlgorithm, passedOn }: Deps) => {
  const tokenEndpoint = hrefOf(metadata.token_endpoint);
  let idToken: string | undefined;
  let step: Step = 'authorization';
  const capturing: CustomFetch = async (url, options) => {
    step = 'token';
    const signals = [options.signal, signal].filter((one) => one !== undefined);
    const response = await fetch(url, { ...options, signal: AbortSignal.any(signals) });
    const members =
      url === tokenEndpoint && response.status === 200 ? await membersOf(response.clone()) : undefined;
    if (!members) return response;
    const { id_token: found, ...rest } = members;
    if (typeof found === 'string') {
      idToken = found;
      step = 'id-token';
      await checkFit(idToken, { algorithm: signingAlgorithm, keys });
    } else if (passedOn) throw misconfigured('no_id_token');
    return passedOn ? response : Response.json(rest, { headers: response.headers });
  };
  return { fetch: capturing, idToken: () => idToken, step: () => step };
};

const hrefOf = (url: string | undefined): string | undefined => url && new URL(url).href;

const membersOf = async (response: Response): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? { ...body } : undefined;
};
