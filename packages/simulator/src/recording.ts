import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PartyName } from '#src/party';
import type { SeenServiceToken } from '#src/service-tokens';

type Fields = Record<string, string | string[]>;

export interface RecordedResponse {
  /** Lower-case names; without those that Node.js adds on its own. */
  readonly headers: Fields;
  /** As far as it was sent, at most 64 KiB. */
  readonly body: string | null;
}

export interface RecordedRequest {
  /** ISO 8601, when it arrived. */
  readonly at: string;
  readonly party: PartyName;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: Fields;
  /** Lower-case names; an array for a repeated header. */
  readonly headers: Fields;
  /** At most 64 KiB. */
  readonly body: string | null;
  /** Null if no response was sent (yet). */
  readonly status: number | null;
  readonly response: RecordedResponse | null;
  /** The kind of the injected fault that the response suffered from. */
  readonly fault: string | null;
  readonly serviceToken: SeenServiceToken | null;
}

export interface Entry {
  readonly fixed: Pick<
    RecordedRequest,
    'at' | 'party' | 'operation' | 'method' | 'path' | 'query' | 'headers'
  >;
  readonly body: () => string | null;
  /** The body of the response, as far as it was sent. */
  readonly sent: () => string | null;
  response: ServerResponse | null;
  /** What is left of the response once it has ended. */
  head: { readonly status: number; readonly headers: Fields } | null;
  fault: string | null;
  serviceToken: SeenServiceToken | null;
}

const bodyCap = 64 * 1024;

/** Keeps the beginning of a body. */
const createCapture = () => {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk: unknown, encoding?: unknown): void => {
      if (size >= bodyCap || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return;
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk);
      chunks.push(bytes.subarray(0, bodyCap - size));
      size += bytes.length;
    },
    text: (): string | null => (size === 0 ? null : Buffer.concat(chunks).toString('utf8')),
  };
};

const encodingOf = (value: unknown): BufferEncoding =>
  typeof value === 'string' && Buffer.isEncoding(value) ? value : 'utf8';

/** Copies the body without consuming it: the party reads it too. */
const captureBody = (request: IncomingMessage): (() => string | null) => {
  const capture = createCapture();
  const push = request.push.bind(request);
  request.push = (chunk, encoding) => {
    capture.add(chunk, encoding);
    return push(chunk, encoding);
  };
  return capture.text;
};

/** Copies what is sent, whoever sends it: the party or an injected fault. */
const captureResponse = (response: ServerResponse): (() => string | null) => {
  const capture = createCapture();
  for (const name of ['write', 'end'] as const) {
    const send = response[name].bind(response) as (...args: unknown[]) => unknown;
    response[name] = ((chunk?: unknown, ...rest: unknown[]) => {
      capture.add(chunk, rest[0]);
      return send(chunk, ...rest);
    }) as never;
  }
  return capture.text;
};

const collapse = (values: Iterable<[string, readonly string[]]>): Fields =>
  Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? String(all[0]) : [...all]]));

const headersOf = (request: IncomingMessage): Fields =>
  collapse(Object.entries(request.headersDistinct).map(([name, all]) => [name, all ?? []]));

const queryOf = (query: URLSearchParams): Fields =>
  collapse([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));

const sentHeaders = (response: ServerResponse): Fields =>
  collapse(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, [value ?? ''].flat().map(String)]),
  );

const headOf = ({ response, head }: Entry): Entry['head'] => {
  if (!response) return head;
  return response.headersSent ? { status: response.statusCode, headers: sentHeaders(response) } : null;
};

const recorded = (entry: Entry): RecordedRequest => {
  const head = headOf(entry);
  return {
    ...entry.fixed,
    body: entry.body(),
    status: head?.status ?? null,
    response: head && { headers: head.headers, body: entry.sent() },
    fault: entry.fault,
    serviceToken: entry.serviceToken,
  };
};

/** The request log: the latest requests to any party, oldest first. */
export const createRecording = ({ changed, max = 5_000 }: { changed: () => void; max?: number }) => {
  let entries: Entry[] = [];

  return {
    begin: (
      request: IncomingMessage,
      response: ServerResponse,
      about: { at: number; party: PartyName; operation: string; url: URL },
    ): Entry => {
      const entry: Entry = {
        fixed: {
          at: new Date(about.at).toISOString(),
          party: about.party,
          operation: about.operation,
          method: request.method ?? '',
          path: about.url.pathname,
          query: queryOf(about.url.searchParams),
          headers: headersOf(request),
        },
        body: captureBody(request),
        sent: captureResponse(response),
        response,
        head: null,
        fault: null,
        serviceToken: null,
      };
      response.once('close', () => {
        entry.head = headOf(entry);
        entry.response = null;
        changed();
      });
      entries.push(entry);
      if (entries.length >= 2 * max) entries = entries.slice(-max);
      changed();
      return entry;
    },
    /** The latest `last` requests, oldest first; by default all that are kept. */
    list: (last = max): RecordedRequest[] => entries.slice(-Math.min(last, max)).map(recorded),
    clear: (): void => {
      entries = [];
      changed();
    },
  };
};

export type Recording = ReturnType<typeof createRecording>;
