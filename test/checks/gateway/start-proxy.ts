import { once } from 'node:events';
import http, { type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

interface Options {
  /** Serves https with this certificate. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Where its own connections come from. */
  readonly address?: string;
  /** What it makes of the headers of a request that comes from `client`. */
  readonly forward?: (headers: OutgoingHttpHeaders, client: string) => OutgoingHttpHeaders;
}

export interface Proxy extends AsyncDisposable {
  readonly origin: string;
  /** Forwards to this port of loopback from now on. */
  to(port: number): void;
}

/** Where a proxy's own connections come from unless told otherwise; whoever asks it comes from 127.0.0.1. */
export const proxyAddress = '127.0.0.2';

/** As a proxy should: the client's address at the end of X-Forwarded-For. */
export const appending = (headers: OutgoingHttpHeaders, client: string): OutgoingHttpHeaders => ({
  ...headers,
  'x-forwarded-for': [headers['x-forwarded-for'] ?? [], client].flat().join(', '),
});

/** A reverse proxy on loopback. */
export const startProxy = async (options: Options = {}): Promise<Proxy> => {
  const { certificate, address = proxyAddress, forward = appending } = options;
  let port = 0;
  const pass: http.RequestListener = (request, response) => {
    const client = request.socket.remoteAddress?.replace('::ffff:', '') ?? '';
    const { method, url: path } = request;
    const headers = forward(request.headers, client);
    const target = { host: '127.0.0.1', localAddress: address, port, method, path, headers };
    const onward = http.request(target, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  };
  const server = certificate ? https.createServer(certificate, pass) : http.createServer(pass);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const scheme = certificate ? 'https' : 'http';
  return {
    origin: `${scheme}://localhost:${(server.address() as AddressInfo).port}`,
    to: (target) => {
      port = target;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
