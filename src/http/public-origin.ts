import type { IncomingMessage } from 'node:http';
import { fail } from '#src/lib/errors';
import { type ClientAddress, clientAddress, type TrustedProxies } from './client-address.ts';
import type { Middleware } from './context.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly trustedProxies: TrustedProxies;
}

/** What a client or a proxy claims about the outside of the request; read here only. */
const claims = /^(x-forwarded-|x-real-ip$|x-original-|x-rewrite-|x-http-method|forwarded$)/;

/** Headers that may occur once; Node would keep the first or join them silently. */
const single = new Set([
  'host',
  'authorization',
  'content-type',
  'content-length',
  'ad-service-token',
  'ap-device-identifier',
  'x-device-info',
]);

/**
 * Replaces the request's host and scheme with the configured public origin and determines the client's address before
 * any other code reads them. `app.proxy` stays off: it would trust anybody.
 */
export const createPublicOrigin = ({ publicOrigin, trustedProxies }: Deps): Middleware => {
  const { host, protocol } = new URL(publicOrigin);
  return async (ctx, next) => {
    rejectDuplicates(ctx.req);
    // Absolute-form and asterisk-form targets have a host of their own.
    if (!ctx.req.url?.startsWith('/') || ctx.req.url.startsWith('//')) throw fail('gateway_not_found');
    ctx.state.client = clientAddress(
      peerOf(ctx.req),
      ctx.get('X-Forwarded-For') || undefined,
      trustedProxies,
    );
    for (const name of Object.keys(ctx.req.headers)) if (claims.test(name)) delete ctx.req.headers[name];
    ctx.req.headers.host = host;
    // oidc-provider reads these two; only we can have set them.
    ctx.req.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    ctx.req.headers['x-forwarded-for'] = ctx.state.client.address;
    if (protocol === 'https:') ctx.set('Strict-Transport-Security', 'max-age=31536000');
    await next();
  };
};

const peerOf = ({ socket }: IncomingMessage): ClientAddress => ({
  address: socket.remoteAddress ?? '127.0.0.1',
  ...(socket.remotePort !== undefined && { port: socket.remotePort }),
});

const rejectDuplicates = ({ rawHeaders }: IncomingMessage): void => {
  const seen = new Set<string>();
  for (const [index, name] of rawHeaders.entries()) {
    const lower = name.toLowerCase();
    if (index % 2 === 1 || !single.has(lower)) continue;
    if (seen.has(lower)) throw fail('gateway_header_duplicate', { field: name, hint: `send ${name} once` });
    seen.add(lower);
  }
};
