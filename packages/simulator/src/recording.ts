import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PartyName } from '#src/party';
import type { SeenServiceToken } from '#src/service-tokens';

type Fields = Record<string, string | string[]>;

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
  readonly body: string | null;
  /** Null if no response was sent (yet). */
  readonly status: number | null;
  readonly serviceToken: SeenServiceToken | null;
}

export interface Entry {
  readonly fixed: Pick<
    RecordedRequest,
    'at' | 'party' | 'operation' | 'method' | 'path' | 'query' | 'headers'
  >;
  readonly body: () => string | null;
  response: ServerResponse | null;
  status: number | null;
  serviceToken: SeenServiceToken | null;
}

const bodyCap = 64 * 1024;

/** Copies the body without consuming it: the party reads it too. */
const captureBody = (request: IncomingMessage): (() => string | null) => {
  const chunks: Buffer[] = [];
  let size = 0;
  const push = request.push.bind(request);
  request.push = (chunk, encoding) => {
    if (chunk !== null && size < bodyCap) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
      chunks.push(bytes);
      size += bytes.length;
    }
    return push(chunk, encoding);
  };
  return () => (size === 0 ? null : Buffer.concat(chunks).subarray(0, bodyCap).toString('utf8'));
};

const collapse = (values: Iterable<[string, readonly string[]]>): Fields =>
  Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? String(all[0]) : [...all]]));

const headersOf = (request: IncomingMessage): Fields =>
  collapse(Object.entries(request.headersDistinct).map(([name, all]) => [name, all ?? []]));

const queryOf = (query: URLSearchParams): Fields =>
  collapse([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));

const statusOf = ({ response, status }: Entry): number | null =>
  response ? (response.headersSent ? response.statusCode : null) : status;

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
        response,
        status: null,
        serviceToken: null,
      };
      response.once('close', () => {
        entry.status = statusOf(entry);
        entry.response = null;
        changed();
      });
      entries.push(entry);
      if (entries.length >= 2 * max) entries = entries.slice(-max);
      changed();
      return entry;
    },
    /** The latest `last` requests, oldest first; by default all that are kept. */
    list: (last = max): RecordedRequest[] =>
      entries.slice(-Math.min(last, max)).map((entry) => ({
        ...entry.fixed,
        body: entry.body(),
        status: statusOf(entry),
        serviceToken: entry.serviceToken,
      })),
    clear: (): void => {
      entries = [];
      changed();
    },
  };
};

export type Recording = ReturnType<typeof createRecording>;
