import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { isNativeError } from 'node:util/types';
import { fail, hasCode, KinpassError } from '#src/lib/errors';
import { expectProxyHeaders, type ProxyProtocol } from './proxy-headers.ts';

export interface Address {
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
  /** Milliseconds that an idle connection stays open. */
  readonly keepAlive?: number;
  /** The setting to change when the port is in use. */
  readonly setting: string;
  /**
   * Several workers listen there: the kernel gives each connection to one of them, where it can. Elsewhere the primary does,
   * which costs it work for each connection, and keeps open for ever what it was giving to a worker that dies.
   */
  readonly isShared?: boolean;
  /** For a listener that is told of its clients by the PROXY protocol. */
  readonly proxyProtocol?: ProxyProtocol;
}

export interface Listener {
  readonly port: number;
  /** Handles requests from now on; earlier ones have waited. */
  serve(handler: RequestListener): void;
  /** From now on each response ends its connection. New ones are still accepted. */
  drain(): void;
  /**
   * Accepts no more connections, waits up to `grace` milliseconds for running requests, then cuts them. Resolves to how
   * many.
   */
  close(grace?: number): Promise<number>;
}

/** Longer than most load balancers keep idle connections (60 s). */
const defaultKeepAlive = 75_000;

/**
 * Connections that wait to be accepted; the system may allow fewer (`net.core.somaxconn`). An overloaded process refuses what it
 * accepts with little work, but a connection that finds no place here is retried by the client's kernel, a second later.
 */
const backlog = 4_096;

const kernelShares = process.platform !== 'darwin' && process.platform !== 'win32';

/** Opens a port before its server exists, which may need the port number. Errors: port_taken, config_invalid. */
export const listen = async (address: Address): Promise<Listener> => {
  const { promise: ready, resolve: serve } = Promise.withResolvers<RequestListener>();
  const { keepAlive: keepAliveTimeout = defaultKeepAlive } = address;
  const running = new Set<ServerResponse>();
  let isDraining = false;
  const server = createServer(
    // Bounds how long a slow client can occupy a socket.
    { headersTimeout: 15_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, keepAliveTimeout },
    (request, response) => {
      running.add(response);
      if (isDraining) endConnection(response);
      response.on('close', () => {
        running.delete(response);
        if (!server.listening) server.closeIdleConnections();
      });
      void ready.then((handler) => handler(request, response));
    },
  );
  const closeWaiting = address.proxyProtocol ? expectProxyHeaders(server, address.proxyProtocol) : undefined;
  const drain = (): void => {
    isDraining = true;
    for (const response of running) endConnection(response);
  };
  const { host, port } = address;
  server.listen({ host, port, backlog, reusePort: address.isShared === true && kernelShares });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw cannotListen(address, error);
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : address.port,
    serve,
    drain,
    async close(grace = 10_000) {
      drain();
      const closed = once(server, 'close');
      server.close();
      closeWaiting?.();
      let cut = 0;
      const timer = setTimeout(() => {
        cut = running.size;
        server.closeAllConnections();
      }, grace);
      await closed;
      clearTimeout(timer);
      return cut;
    },
  };
};

const endConnection = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader('Connection', 'close');
};

type Opened<Addresses extends readonly Address[]> = { [Index in keyof Addresses]: Listener };

/** Opens all of these or none, and names every port that is in use. Errors: port_taken, config_invalid. */
export const listenAll = async <const Addresses extends readonly Address[]>(
  addresses: Addresses,
): Promise<Opened<Addresses>> => {
  const tried = await Promise.allSettled(addresses.map(listen));
  const open = tried.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const errors: unknown[] = tried.flatMap((attempt) =>
    attempt.status === 'rejected' ? [attempt.reason] : [],
  );
  if (errors.length === 0) return open as Opened<Addresses>;
  await Promise.all(open.map((listener) => listener.close(0)));
  const other = errors.find((error) => !hasCode(error, 'port_taken'));
  throw other ?? inOne(errors.filter((error) => error instanceof KinpassError));
};

const inOne = (errors: readonly KinpassError[]): KinpassError =>
  fail('port_taken', {
    field: errors.map(({ field }) => field).join(', '),
    hint: errors.map(({ hint }) => hint).join('\n'),
    cause: errors[0]?.cause,
  });

const cannotListen = ({ host, port, setting }: Address, cause: unknown): KinpassError => {
  const code = isNativeError(cause) && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    const hint = `Port ${port} is in use: stop the program that uses it, or change ${setting}.`;
    return fail('port_taken', { field: setting, hint, cause });
  }
  return fail('config_invalid', {
    field: setting,
    hint: `cannot listen on ${host}:${port} (${code})`,
    cause,
  });
};
