import type { Clock } from '#src/lib/clock';
import type { RefusalCode } from '../errors/refusal.ts';

/** The line to the MVPD does not do what it should. */
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

export interface PostAnswer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds for one exchange, from the first byte sent to the last one read. */
export const patience = 15_000;
const largestAnswer = 256 * 1024;

/** No connection came about, for whatever reason. */
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
  const own = 'code' in error ? [String(error.code)] : [];
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [...own, ...inner.flatMap(codesOf)];
};

const faultOf = (error: unknown): TransportError => {
  if (error instanceof TransportError) return error;
  return codesOf(error).some((code) => notConnected.includes(code))
    ? new TransportError('network_connection_timeout', 'no connection to the MVPD', error)
    : new TransportError('network_received_error', 'the answer of the MVPD cannot be read', error);
};

const readText = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largestAnswer) throw new TransportError('network_received_error', 'the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Sends XML to an MVPD. Error: TransportError. */
export const createPost =
  ({ clock }: { clock: Clock }) =>
  async (url: string, body: string, headers: Readonly<Record<string, string>>): Promise<PostAnswer> => {
    const late = new AbortController();
    const done = new AbortController();
    const over = new TransportError('maximum_execution_time_exceeded', 'the MVPD took too long');
    clock.wait(patience, done.signal).then(
      () => late.abort(over),
      () => undefined,
    );
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'error',
        signal: late.signal,
        headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
      });
      return { status: response.status, text: await readText(response) };
    } catch (error) {
      throw late.signal.aborted ? over : faultOf(error);
    } finally {
      done.abort();
    }
  };

export type Post = ReturnType<typeof createPost>;
