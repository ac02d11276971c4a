import type { Middleware } from './context.ts';

/** By path: rejects when the client's network has sent too many POST requests there. */
export type SourceLimits = Readonly<Record<string, (address: string) => Promise<void>>>;

/** Requests that need no credentials and leave something behind are limited by the network that they come from. */
export const createSourceLimits =
  (limits: SourceLimits): Middleware =>
  (ctx, next) => {
    if (ctx.method !== 'POST') return next();
    // A path may end with a slash.
    const path = ctx.path.replace(/\/$/, '');
    const limit = Object.hasOwn(limits, path) ? limits[path] : undefined;
    return limit ? limit(ctx.state.client.address).then(next) : next();
  };
