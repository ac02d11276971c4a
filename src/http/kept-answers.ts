import type { IncomingMessage } from 'node:http';
import type { Next } from 'koa';
import type { Context, Middleware } from './context.ts';
import { overlongNegotiation } from './parameter-limits.ts';
import { repeatedHeader } from './public-origin.ts';

/** By path: what the answer rests on besides the settings. While that is the same object, the answer stays the same. */
export type Foundations = ReadonlyMap<string, () => unknown>;

interface Kept {
  readonly foundation: unknown;
  readonly route: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** A GET that asks for the path and nothing else, with nothing in it that is refused or answered differently. */
const isPlain = (request: IncomingMessage): boolean => {
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

const send = ({ res, state }: Context, { route, headers, body }: Kept): void => {
  if (route !== undefined) state.route = route;
  // All at once: headers that are set one by one are checked one by one.
  res.writeHead(200, [...headers, 'X-Request-Id', state.requestId]).end(body);
};

/** The answer as it is about to be sent. */
const take = (ctx: Context, foundation: unknown): Kept => {
  const body = typeof ctx.body === 'string' ? ctx.body : JSON.stringify(ctx.body);
  ctx.length = Buffer.byteLength(body);
  const headers = Object.entries(ctx.res.getHeaders())
    .filter(([name]) => name !== 'x-request-id')
    .flatMap(([name, value]) => [name, String(value)]);
  return { foundation, route: ctx.state.route, headers, body };
};

/**
 * Answers that are the same for everybody are made once, and sent as they were made until what they rest on changes. Other
 * requests for their paths take the way of all requests.
 */
export const createKeptAnswers = (foundations: Foundations): Middleware => {
  const kept = new Map<string, Kept>();
  const answer = async (ctx: Context, next: Next, foundation: unknown): Promise<void> => {
    const url = ctx.req.url ?? '';
    const found = kept.get(url);
    if (found && found.foundation === foundation) {
      ctx.respond = false;
      return send(ctx, found);
    }
    await next();
    if (ctx.status === 200 && ctx.respond !== false) kept.set(url, take(ctx, foundation));
  };
  return (ctx, next) => {
    const foundationOf = foundations.get(ctx.req.url ?? '');
    return foundationOf && isPlain(ctx.req) ? answer(ctx, next, foundationOf()) : next();
  };
};
