/**
 * The seam between the client of Adobe Pass and the HTTP library. It owns sockets, time limits and sizes. It must not
 * repeat requests, follow redirects, keep cookies or interpret a status.
 */

import { Buffer } from 'node:buffer';
import type { Resolver } from 'node:dns/promises';
import type { Dispatcher } from 'undici';
import type { Clock } from '#src/lib/clock';
import { fail, KinpassError, withFacts } from '#src/lib/errors';
import { createConnections } from './connections.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query, as they stand in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Milliseconds from the wait for a connection to the last byte. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** Of Adobe's headers only those that somebody reads. */
export interface TransportResponse {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  /** When Adobe answered, by its clock. */
  readonly date?: string | undefined;
  readonly body: Buffer;
}

export interface Transport {
  /**
   * Errors: gateway_adobe_unreachable, gateway_adobe_timeout, gateway_adobe_answer_invalid (body too large, 100 or 101);
   * the signal's reason when it was aborted. What certainly did not leave has the facts `unsent`.
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): void;
}

/** Facts of a failure: nothing of the request has left this machine. */
export const unsent = { sent: 'no' } as const;

interface Settings {
  /** Adobe's: nothing is ever sent elsewhere. */
  readonly origin: string;
  /** Milliseconds for each of: look-up, connection, TLS. */
  readonly connectTimeout: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Open at the same time; requests beyond it wait, and the wait counts. */
  readonly maxConnections?: number;
  /** The DNS servers to ask; those of the system if absent. */
  readonly resolver?: Resolver;
}

const maxHeaderSize = 16_384;
const maxBodySize = 1_048_576;
/** 5,000 calls a second to an Adobe that takes 200 ms. */
const maxConnections = 1_024;

export const createTransport = (settings: Settings): Transport => {
  const connections = createConnections({ maxConnections, ...settings, maxHeaderSize });
  return {
    close: connections.close,
    send: ({ method, path, headers, body = null, timeout, signal }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const ended = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
        };
        const fails = (error: unknown) => {
          ended();
          reject(error);
        };
        const giveUp = (error: unknown) => {
          fails(error);
          hold.cut();
        };
        const onAbort = () => giveUp(signal?.reason);
        const timer = setTimeout(
          () => giveUp(fail('gateway_adobe_timeout', { detail: `no answer after ${timeout} ms` })),
          timeout,
        );
        signal?.addEventListener('abort', onAbort, { once: true });
        let isSent = false;
        const handler = createCollector({
          begins: () => {
            isSent = true;
          },
          done: (response) => {
            ended();
            hold.release();
            resolve(response);
          },
          fails: (error) => fails(isSent ? translate(error) : withFacts(translate(error), unsent)),
          giveUp,
        });
        // Compressed bodies, whose inflated size is unbounded, are not asked for.
        const sent = { ...headers, 'accept-encoding': 'identity' };
        const hold = connections.dispatch({ method, path, headers: sent, body }, handler);
      }),
  };
};

interface Outcome {
  /** The request is about to be written. */
  begins(): void;
  done(response: TransportResponse): void;
  fails(error: unknown): void;
  /** Ends the request before its answer is complete. */
  giveUp(error: KinpassError): void;
}

const notAskedFor = (status: number): KinpassError =>
  fail('gateway_adobe_answer_invalid', { detail: `status ${status} without being asked` });

/** Reads the body up to the limit. Interim responses are passed over (RFC 9110 §15.2). */
const createCollector = ({ begins, done, fails, giveUp }: Outcome): Dispatcher.DispatchHandler => {
  const chunks: Buffer[] = [];
  let size = 0;
  let status = 0;
  let contentType: string | undefined;
  let retryAfter: string | undefined;
  let date: string | undefined;
  return {
    onRequestStart: begins,
    onResponseStart: (_controller, code, headers) => {
      if (code === 101) return giveUp(notAskedFor(code));
      status = code;
      contentType = first(headers['content-type']);
      retryAfter = first(headers['retry-after']);
      date = first(headers['date']);
    },
    onResponseData: (_controller, chunk) => {
      size += chunk.length;
      if (size > maxBodySize) giveUp(fail('gateway_adobe_answer_invalid', { detail: 'body too large' }));
      else chunks.push(chunk);
    },
    onResponseEnd: () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only ? only : Buffer.concat(chunks, size);
      done({ status, contentType, retryAfter, date, body });
    },
    onResponseError: (_controller, error) => fails(error),
  };
};

/** Of a header that came more than once. */
const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** What the library throws may hold the request with its tokens, so only code and message are kept. */
const translate = (error: unknown): KinpassError => {
  if (error instanceof KinpassError) return error;
  if (!(error instanceof Error)) return fail('gateway_internal', { cause: error });
  const code = 'code' in error ? String(error.code) : error.name;
  const detail = `${code}: ${error.message}`;
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED')
    return fail('gateway_internal', { detail });
  if (refusals.has(error.message)) return fail('gateway_adobe_answer_invalid', { detail });
  return fail('gateway_adobe_unreachable', { detail });
};

/** The library has one code for these and for a lost connection: 101 with an upgrade, and 100. */
const refusals: ReadonlySet<string> = new Set(['bad upgrade', 'bad response']);
