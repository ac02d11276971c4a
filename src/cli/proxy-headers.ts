import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type ProxyHeader, parseProxyHeader } from '#src/lib/proxy-protocol';

export interface ProxyProtocol {
  /** Whether connections from this address begin with a header of the PROXY protocol. */
  isProxy(address: string): boolean;
  /** Milliseconds within which the header must be complete. A proxy sends it at once, but packets get lost. */
  readonly headerTimeout: number;
}

const ignore = (): void => undefined;

/** Takes the header off a connection; one without it, or not in time, is closed. The rest stays to be read. */
const readHeader = (socket: Socket, timeout: number, done: (header: ProxyHeader) => void): void => {
  let received = Buffer.alloc(0);
  const close = () => void socket.destroy();
  const timer = setTimeout(close, timeout);
  const stop = () => {
    clearTimeout(timer);
    socket.off('data', onData).off('end', close).off('close', stop).off('error', ignore);
  };
  const onData = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    const header = parseProxyHeader(received);
    if (header === 'invalid') close();
    if (typeof header === 'string') return;
    stop();
    socket.pause();
    const rest = received.subarray(header.length);
    if (rest.length > 0) socket.unshift(rest);
    done(header);
    socket.resume();
  };
  socket.on('data', onData).on('end', close).on('close', stop).on('error', ignore);
};

/**
 * Connections of proxies have the address and port of the client from the beginning of HTTP on. Returns how to close those
 * whose header has not come yet: the server does not know of them.
 */
export const expectProxyHeaders = (
  server: Server,
  { isProxy, headerTimeout }: ProxyProtocol,
): (() => void) => {
  const waiting = new Set<Socket>();
  const serveHttp = server.listeners('connection');
  server.removeAllListeners('connection');
  const serve = (socket: Socket) => {
    for (const listener of serveHttp) Reflect.apply(listener, server, [socket]);
  };
  server.on('connection', (socket: Socket) => {
    if (!isProxy(socket.remoteAddress ?? '')) return serve(socket);
    waiting.add(socket);
    const forget = () => void waiting.delete(socket);
    socket.once('close', forget);
    readHeader(socket, headerTimeout, ({ source }) => {
      socket.off('close', forget);
      forget();
      if (source)
        Object.defineProperties(socket, {
          remoteAddress: { value: source.address },
          remotePort: { value: source.port },
          remoteFamily: { value: source.address.includes(':') ? 'IPv6' : 'IPv4' },
        });
      serve(socket);
    });
  });
  return () => {
    for (const socket of waiting) socket.destroy();
  };
};
