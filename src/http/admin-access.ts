import { fail } from '#src/lib/errors';
import { canonicalAddress } from '#src/lib/ip-address';
import type { Middleware } from './context.ts';

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
 * A page that an operator visits must not act on their behalf: what only browsers send is refused, cookies above all, and
 * so are tokens in URLs, which end up in histories and logs. Errors: admin_request_foreign, admin_token_required.
 */
export const rejectBrowsers: Middleware = async (ctx, next) => {
  const site = ctx.get('Sec-Fetch-Site');
  if (!/^(none|same-origin|)$/.test(site)) throw fail('admin_request_foreign', { field: 'Sec-Fetch-Site' });
  for (const field of ['Origin', 'Cookie'])
    if (ctx.get(field)) throw fail('admin_request_foreign', { field });
  if (ctx.query['access_token'] !== undefined)
    throw fail('admin_token_required', {
      field: 'access_token',
      hint: 'send it as Authorization: Bearer, not in the URL',
    });
  await next();
};
