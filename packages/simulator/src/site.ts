import type { IncomingMessage, ServerResponse } from 'node:http';
import { Router, type RouterContext } from '@koa/router';
import Koa from 'koa';
import getRawBody from 'raw-body';

export interface Route {
  /** The operation's name in the request log and in fault rules. */
  readonly operation: string;
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  handle(ctx: RouterContext): Promise<void> | void;
}

export interface Site {
  operationOf(method: string, path: string): string;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

interface Fallbacks {
  /** No route matched; `methods` are those that the path supports. */
  unknown(ctx: Koa.Context, methods: readonly string[]): void;
  failed(ctx: Koa.Context, error: unknown): void;
}

/** A web site from a table of routes. Paths match exactly, including case and trailing slash. */
export const createSite = (routes: readonly Route[], fallbacks: Fallbacks): Site => {
  const router = new Router({ sensitive: true, strict: true });
  for (const { operation, method, path, handle } of routes)
    router[method](operation, path, (ctx) => handle(ctx));

  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      fallbacks.failed(ctx, error);
    }
  });
  app.use(router.routes());
  app.use((ctx) =>
    fallbacks.unknown(
      ctx,
      router.match(ctx.path, ctx.method).path.flatMap((l) => l.methods),
    ),
  );
  const handle = app.callback();

  return {
    operationOf: (method, path) => router.match(path, method).pathAndMethod[0]?.name ?? 'unknown',
    handle: (request, response) => void handle(request, response),
  };
};

/** The whole request body as text, at most 128 KiB. */
export const readBody = (request: IncomingMessage): Promise<string> =>
  getRawBody(request, { limit: 128 * 1024, encoding: 'utf-8' });

/** The media type in lower case, without parameters. */
export const mediaType = (contentType: string | undefined): string =>
  (contentType?.split(';', 1)[0] ?? '').trim().toLowerCase();
