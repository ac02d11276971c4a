import type { Middleware } from './context.ts';

/** By path: rejects when the client's network has sent too many POST requests there. */
export type SourceLimits = Readonly<Record<string, (address: string) => Promise<void>>>;

/** Requests that need no credentials and leave something behind are limited by the network that they come from. */
export const createSourceLimits =
  (limits: SourceLimits): Middleware =>
  async (ctx, next) => {
    // The router takes a path with a trailing slash too.
    const path = ctx.path.replace(/\/$/, '');
    if (ctx.method === 'POST' && Object.hasOwn(limits, path)) await limits[path]?.(ctx.state.client.address);
    await next();
  };
