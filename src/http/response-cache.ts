import type { IncomingMessage } from 'node:http';
import type { Next } from 'koa';
import type { Context, Middleware } from './context.ts';
import { overlongNegotiation } from './parameter-limits.ts';
import { repeatedHeader } from './public-origin.ts';

/** By path: the object that its response is made from. While it is the same object, so is the response. */
export type ResponseSources = ReadonlyMap<string, () => unknown>;

interface CachedResponse {
  readonly source: unknown;
  readonly route: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** A GET for the path alone, with nothing in it that is refused or changes the response. */
const isCacheable = (request: IncomingMessage): boolean => {
  const { method, headers, rawHeaders } = request;
  return (
    method === 'GET' &&
    headers.origin === undefined &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    repeatedHeader(rawHeaders) === undefined &&
    overlongNegotiation(request) === undefined
  );
};

const send = ({ res, state }: Context, { route, headers, body }: CachedResponse): void => {
  if (route !== undefined) state.route = route;
  // All at once: headers that are set one by one are checked one by one.
  res.writeHead(200, [...headers, 'X-Request-Id', state.requestId]).end(body);
};

/** The response as it is about to be sent. */
const capture = (ctx: Context, source: unknown): CachedResponse => {
  const body = typeof ctx.body === 'string' ? ctx.body : JSON.stringify(ctx.body);
  ctx.length = Buffer.byteLength(body);
  const headers = Object.entries(ctx.res.getHeaders())
    .filter(([name]) => name !== 'x-request-id')
    .flatMap(([name, value]) => [name, String(value)]);
  return { source, route: ctx.state.route, headers, body };
};

/** Caches responses that are the same for every client. Other requests for their paths pass through all middleware. */
export const createResponseCache = (sources: ResponseSources): Middleware => {
  const cache = new Map<string, CachedResponse>();
  const respond = async (ctx: Context, next: Next, source: unknown): Promise<void> => {
    const url = ctx.req.url ?? '';
    const cached = cache.get(url);
    if (cached && cached.source === source) {
      ctx.respond = false;
      return send(ctx, cached);
    }
    await next();
    if (ctx.status === 200 && ctx.respond !== false) cache.set(url, capture(ctx, source));
  };
  return (ctx, next) => {
    const sourceOf = sources.get(ctx.req.url ?? '');
    return sourceOf && isCacheable(ctx.req) ? respond(ctx, next, sourceOf()) : next();
  };
};
