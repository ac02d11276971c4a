import { constantTimeEqual } from '#src/lib/constant-time-equal';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { canonicalAddress } from '#src/lib/ip-address';
import { readBearer } from './bearer.ts';
import type { Context, Middleware } from './context.ts';

const hostForm = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]]+))(?::\d{1,5})?$/;

/** A host name or address without its port, in one spelling. */
const hostOf = (text: string): string => {
  const { v6, name } = hostForm.exec(text.toLowerCase())?.groups ?? {};
  const host = v6 ?? name ?? '';
  return canonicalAddress(host) ?? host;
};

/**
 * A page of another site can reach this listener under a name of its own that resolves to it (DNS rebinding): only
 * known names are served, and the address that the connection was made to, as health checks use it.
 * Errors: admin_host_unknown.
 */
export const createAllowedHosts = (hosts: readonly string[]): Middleware => {
  const allowed = new Set(hosts.map((host) => canonicalAddress(host) ?? host));
  return async (ctx, next) => {
    const host = hostOf(ctx.req.headers.host ?? '');
    const own = canonicalAddress(ctx.req.socket.localAddress ?? '');
    if (!host || (!allowed.has(host) && host !== own)) throw fail('admin_host_unknown', { field: 'Host' });
    await next();
  };
};

/**
 * With a token, everything but health checks requires it; `/readyz` without it tells the status alone.
 * Errors: admin_token_required.
 */
export const createAdminToken = (token: string | undefined): Middleware => {
  if (token === undefined) return (_ctx, next) => next();
  const expected = fingerprint(token);
  return async (ctx, next) => {
    if (ctx.path === '/livez') return next();
    if (isRight(ctx, expected)) return next();
    if (ctx.path !== '/readyz' || ctx.get('Authorization')) throw fail('admin_token_required');
    await next();
    ctx.body = { status: ctx.status === 200 ? 'ok' : 'failing' };
  };
};

const isRight = (ctx: Context, expected: string): boolean => {
  try {
    return constantTimeEqual(fingerprint(readBearer(ctx)), expected);
  } catch {
    return false;
  }
};
