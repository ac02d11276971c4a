import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { isNativeError } from 'node:util/types';
import { fail, hasCode, KinpassError } from '#src/lib/errors';

export interface Address {
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
  /** The setting to change when the port is in use. */
  readonly setting: string;
  /**
   * Several workers listen there: the kernel gives each connection to one of them, where it can. Elsewhere the primary does,
   * which costs it work for each connection, and keeps open for ever what it was giving to a worker that dies.
   */
  readonly isShared?: boolean;
}

export interface Listener {
  readonly port: number;
  /** Handles requests from now on; earlier ones have waited. */
  serve(handler: RequestListener): void;
  /** Accepts no more connections, waits up to `grace` milliseconds for running requests, then cuts them. */
  close(grace?: number): Promise<void>;
}

const kernelShares = process.platform !== 'darwin' && process.platform !== 'win32';

/** Opens a port before its server exists, which may need the port number. Errors: port_taken, config_invalid. */
export const listen = async (address: Address): Promise<Listener> => {
  const { promise: ready, resolve: serve } = Promise.withResolvers<RequestListener>();
  const server = createServer(
    // Bounds how long a slow client can occupy a socket.
    { headersTimeout: 15_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 },
    (request, response) => {
      response.on('close', () => {
        if (!server.listening) server.closeIdleConnections();
      });
      void ready.then((handler) => handler(request, response));
    },
  );
  server.listen({ ...address, reusePort: address.isShared === true && kernelShares });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw cannotListen(address, error);
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : address.port,
    serve,
    async close(grace = 10_000) {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearTimeout(timer);
    },
  };
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
