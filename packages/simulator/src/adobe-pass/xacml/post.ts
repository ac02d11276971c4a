import type { Clock } from '#src/lib/clock';
import { errnoOf } from '#src/lib/errno';
import type { RefusalCode } from '../errors/refusal.ts';

/** The exchange with the MVPD failed. */
export class TransportError extends Error {
  readonly code: Extract<
    RefusalCode,
    'network_connection_timeout' | 'network_received_error' | 'maximum_execution_time_exceeded'
  >;

  constructor(code: TransportError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TransportError';
    this.code = code;
  }
}

export interface PostResponse {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds for one exchange, from the first byte sent to the last byte read. */
const timeout = 15_000;
const maxResponseSize = 256 * 1024;

/** Codes of failures to connect. */
const notConnected = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
];

const codesOf = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  const own = errnoOf(error);
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [...(own === undefined ? [] : [own]), ...inner.flatMap(codesOf)];
};

const transportErrorOf = (error: unknown): TransportError => {
  if (error instanceof TransportError) return error;
  return codesOf(error).some((code) => notConnected.includes(code))
    ? new TransportError('network_connection_timeout', 'cannot connect to the MVPD', error)
    : new TransportError('network_received_error', 'cannot read the response of the MVPD', error);
};

const readText = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxResponseSize)
      throw new TransportError('network_received_error', 'the response is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Sends XML to an MVPD. Error: TransportError. */
export const createPost =
  ({ clock }: { clock: Clock }) =>
  async (url: string, body: string, headers: Readonly<Record<string, string>>): Promise<PostResponse> => {
    const deadline = new AbortController();
    const done = new AbortController();
    const timedOut = new TransportError('maximum_execution_time_exceeded', 'the MVPD took too long');
    clock.wait(timeout, done.signal).then(
      () => deadline.abort(timedOut),
      () => undefined,
    );
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'error',
        signal: deadline.signal,
        headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
      });
      return { status: response.status, text: await readText(response) };
    } catch (error) {
      throw deadline.signal.aborted ? timedOut : transportErrorOf(error);
    } finally {
      done.abort();
    }
  };

export type Post = ReturnType<typeof createPost>;
