import got from 'got';
import type { CustomFetchOptions } from 'openid-client';
import { nodeErrorCode } from '#src/lib/system-error';
import { misconfigured, unavailable } from './errors.ts';

interface Request extends Pick<CustomFetchOptions, 'method' | 'headers'> {
  readonly body?: CustomFetchOptions['body'];
  readonly signal?: AbortSignal | undefined;
}

/** A fetch for openid-client and our own calls: no redirects, retries or cookies; limited in time and size. */
export type ProviderFetch = (url: string, request: Request) => Promise<Response>;

interface Settings {
  /** Whether plain http is allowed. */
  readonly insecureHttp: boolean;
  /** Maximum size of a response body, bytes. */
  readonly maxBody?: number;
}

const timeout = { connect: 2_000, secureConnect: 4_000, response: 4_000, request: 8_000 };

/** Errors: identity_provider_unavailable, identity_provider_misconfigured (a URL that must not be requested). */
export const createProviderFetch = (settings: Settings): ProviderFetch => {
  const exchange = createExchange(settings);
  return async (address, request) => {
    const answer = await exchange(address, request);
    if (answer instanceof Response) return answer;
    const { origin } = new URL(address);
    const { failure } = answer;
    const word = failure.replaceAll(' ', '_');
    throw (failure === notHttps ? misconfigured : unavailable)(word, `${origin}: ${failure}`);
  };
};

const notHttps = 'not https';

/**
 * Why there is no response: the code of a system call or of TLS (`ENOTFOUND`, `CERT_HAS_EXPIRED`), `response too large`,
 * `content-encoding`, or `not https`.
 */
export interface ExchangeFailure {
  readonly failure: string;
}

/** A request and its response, or why there is none. Rejects only with the reason of its signal. */
export type Exchange = (address: string, request: Request) => Promise<Response | ExchangeFailure>;

export const createExchange =
  ({ insecureHttp, maxBody = 1_048_576 }: Settings): Exchange =>
  async (address, { method, headers, body, signal }) => {
    const url = new URL(address);
    if (url.protocol !== 'https:' && !(insecureHttp && url.protocol === 'http:')) {
      return { failure: notHttps };
    }
    const tooLarge = new AbortController();
    const call = got(url, {
      method: method === 'POST' ? 'POST' : 'GET',
      // A compressed response can expand a thousandfold: none is requested, none is unpacked.
      headers: { ...headers, 'accept-encoding': 'identity' },
      decompress: false,
      ...(body && { body: body.toString() }),
      signal: signal ? AbortSignal.any([signal, tooLarge.signal]) : tooLarge.signal,
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
      responseType: 'buffer',
      timeout,
    });
    call.on('downloadProgress', ({ transferred }) => transferred > maxBody && tooLarge.abort());
    try {
      return toResponse(await call);
    } catch (error) {
      // openid-client recognizes its own timeout by the reason of its signal.
      if (signal?.aborted) throw signal.reason;
      // got's errors hold the request, and with it tokens: only their code is kept.
      return { failure: tooLarge.signal.aborted ? 'response too large' : (nodeErrorCode(error) ?? 'failed') };
    }
  };

const hopByHop = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'set-cookie']);
const bodiless = new Set([204, 205, 304]);

interface Answer {
  readonly statusCode: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const toResponse = ({ statusCode, headers, body }: Answer): Response => {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw Object.assign(new Error('unexpected content-encoding'), { code: 'content-encoding' });
  }
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (hopByHop.has(name) || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) kept.append(name, one);
  }
  return new Response(bodiless.has(statusCode) ? null : body, {
    status: statusCode,
    headers: kept,
  });
};
