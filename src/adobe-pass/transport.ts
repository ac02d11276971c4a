/**
 * The seam between what the gateway says to Adobe Pass and the library that carries it. It owns sockets, time
 * limits and sizes. It refuses policy: no repeats, no redirects, no cookies, no judgement of a status.
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
  /** Milliseconds for everything, from the name's look-up to the last byte. */
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

const largestHead = 16_384;
const largestBody = 1_048_576;

const createClient = ({ agents, request }: Connections, connectTimeout: number): Got =>
  got.extend({
    agent: agents,
    request,
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    maxHeaderSize: largestHead,
    timeout: { lookup: connectTimeout, connect: connectTimeout, secureConnect: connectTimeout },
    // Without these two, got would introduce itself as the device and take compressed bodies. Nothing is ever
    // inflated here: nobody knows the size beforehand.
    headers: { 'user-agent': undefined, 'accept-encoding': 'identity' },
  });

export const createTransport = (settings: Settings): Transport => {
  const connections = createConnections({ ...settings, largestHead });
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

/** Reads the body up to the cap; listening for data, since a pipeline of streams per call is dear. */
const collect = async (stream: ReturnType<Got['stream']>): Promise<TransportResponse> => {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('error', () => {}); // `once` below hears the first; a late second one must not end the process
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > largestBody)
      stream.destroy(fail('gateway_adobe_answer_invalid', { detail: 'body too large' }));
    else chunks.push(chunk);
  });
  await once(stream, 'end');
  const { response } = stream;
  if (response === undefined) throw new Error('the stream ended without a response');
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks, size) };
};

/** Got's errors carry the request with its tokens, so only their words go on, never the objects. */
const translate = (error: unknown): KinpassError => {
  if (error instanceof KinpassError) return error;
  if (!(error instanceof RequestError)) return fail('gateway_internal', { cause: error });
  if (error.cause instanceof KinpassError) return error.cause;
  const code = error instanceof TimeoutError ? 'gateway_adobe_timeout' : 'gateway_adobe_unreachable';
  return fail(code, { detail: `${error.code}: ${error.message}` });
};
