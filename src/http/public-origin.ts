import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { fail } from '#src/lib/errors';
import type { ClientAddress, ReadClientAddress } from './client-address.ts';
import type { Middleware } from './context.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly readClientAddress: ReadClientAddress;
}

/** What a client or a proxy claims about the outside of the request; read here only. */
const claims = /^(x-forwarded-|x-real-ip$|x-original-|x-rewrite-|x-http-method|forwarded$)/;

/** Claims in whose place we put our own. */
const replaced = new Set(['x-forwarded-proto', 'x-forwarded-for']);

/** Headers that may occur once; Node would keep the first or join them silently. Each has a bit of its own. */
const single = new Map(
  [
    'host',
    'authorization',
    'content-type',
    'content-length',
    'ad-service-token',
    'ap-device-identifier',
    'x-device-info',
  ].map((name, index) => [name, 1 << index]),
);

/** The name of a header that may occur once and does so again. */
export const repeatedHeader = (rawHeaders: readonly string[]): string | undefined => {
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const bit = single.get(name.toLowerCase()) ?? 0;
    if (seen & bit) return name;
    seen |= bit;
  }
  return undefined;
};

/** Removing one makes an object slower to read: only what is there and is not replaced. */
const dropClaims = (headers: IncomingHttpHeaders): void => {
  for (const name in headers) if (claims.test(name) && !replaced.has(name)) delete headers[name];
};

/**
 * Replaces the request's host and scheme with the configured public origin and determines the client's address before
 * any other code reads them. `app.proxy` stays off: it would trust anybody.
 */
export const createPublicOrigin = ({ publicOrigin, readClientAddress }: Deps): Middleware => {
  const { host, protocol } = new URL(publicOrigin);
  const scheme = protocol.slice(0, -1);
  return ({ req, res, state }, next) => {
    const repeated = repeatedHeader(req.rawHeaders);
    if (repeated !== undefined)
      throw fail('gateway_header_duplicate', { field: repeated, hint: `send ${repeated} once` });
    // Absolute-form and asterisk-form targets have a host of their own.
    if (!req.url?.startsWith('/') || req.url.startsWith('//')) throw fail('gateway_not_found');
    const { headers } = req;
    state.client = readClientAddress(peerOf(req), headers);
    dropClaims(headers);
    headers.host = host;
    // oidc-provider reads these two; only we can have set them.
    headers['x-forwarded-proto'] = scheme;
    headers['x-forwarded-for'] = state.client.address;
    if (scheme === 'https') res.setHeader('Strict-Transport-Security', 'max-age=31536000');
    return next();
  };
};

/** The host name that the client asked for, before the public origin took its place. */
export const askedHost = ({ rawHeaders }: IncomingMessage): string => {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  return URL.parse(`http://${rawHeaders[at + 1]}`)?.hostname ?? '';
};

const peerOf = ({ socket }: IncomingMessage): ClientAddress => ({
  address: socket.remoteAddress ?? '127.0.0.1',
  ...(socket.remotePort !== undefined && { port: socket.remotePort }),
});
