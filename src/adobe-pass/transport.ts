/**
 * The seam between the client of Adobe Pass and the HTTP library. It owns sockets, time limits and sizes. It must not
 * repeat requests, follow redirects, keep cookies or interpret a status.
 */
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import got, { type Got, RequestError, TimeoutError } from 'got';
import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import { type Connections, createConnections } from './connections.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Milliseconds from the DNS look-up to the last byte. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Transport {
  /**
   * Errors: gateway_adobe_unreachable, gateway_adobe_timeout, gateway_adobe_answer_invalid (body too large); the
   * signal's reason when it was aborted.
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): void;
}

interface Settings {
  /** Adobe's. */
  readonly hostname: string;
  /** Milliseconds for each of: look-up, connection, TLS. */
  readonly connectTimeout: number;
  readonly clock: Clock;
}

const maxHeaderSize = 16_384;
const maxBodySize = 1_048_576;

const createClient = ({ agents, request }: Connections, connectTimeout: number): Got =>
  got.extend({
    agent: agents,
    request,
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    maxHeaderSize,
    timeout: { lookup: connectTimeout, connect: connectTimeout, secureConnect: connectTimeout },
    // Without these, got would send its own User-Agent and accept compressed bodies, whose inflated size is unbounded.
    headers: { 'user-agent': undefined, 'accept-encoding': 'identity' },
  });

export const createTransport = (settings: Settings): Transport => {
  const connections = createConnections({ ...settings, maxHeaderSize });
  const client = createClient(connections, settings.connectTimeout);
  return {
    close: connections.close,
    send: async ({ method, url, headers, body, timeout, signal }) => {
      signal?.throwIfAborted();
      try {
        const stream = client.stream(url, {
          method,
          headers,
          timeout: { request: timeout },
          ...(body !== undefined && { body }),
          ...(signal && { signal }),
        });
        return await collect(stream);
      } catch (error) {
        signal?.throwIfAborted();
        throw translate(error);
      }
    },
  };
};

/** Reads the body up to the limit. Listens for data, since a stream pipeline per call is expensive. */
const collect = async (stream: ReturnType<Got['stream']>): Promise<TransportResponse> => {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('error', () => {}); // `once` below handles the first; a second one must not end the process
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBodySize)
      stream.destroy(fail('gateway_adobe_answer_invalid', { detail: 'body too large' }));
    else chunks.push(chunk);
  });
  await once(stream, 'end');
  const { response } = stream;
  if (response === undefined) throw new Error('the stream ended without a response');
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks, size) };
};

/** Got's errors hold the request with its tokens, so only code and message are kept. */
const translate = (error: unknown): KinpassError => {
  if (error instanceof KinpassError) return error;
  if (!(error instanceof RequestError)) return fail('gateway_internal', { cause: error });
  if (error.cause instanceof KinpassError) return error.cause;
  const code = error instanceof TimeoutError ? 'gateway_adobe_timeout' : 'gateway_adobe_unreachable';
  return fail(code, { detail: `${error.code}: ${error.message}` });
};
