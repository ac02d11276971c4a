import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { isNativeError } from 'node:util/types';
import { fail, type KinpassError } from '#src/lib/errors';

interface Address {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The setting that a person changes when the port is taken. */
  readonly setting: string;
}

export interface Listener {
  readonly port: number;
  /** From now on requests are answered; those that came before waited. */
  serve(handler: RequestListener): void;
  /** Takes no more connections, lets what runs finish for `grace` milliseconds, then cuts it. */
  close(grace?: number): Promise<void>;
}

/** Opens a port before anything else is made: who serves there may need to know its number. Errors: port_taken. */
export const listen = async (address: Address): Promise<Listener> => {
  const { promise: ready, resolve: serve } = Promise.withResolvers<RequestListener>();
  const server = createServer(
    // A peer that trickles its request costs a socket for so long, not longer.
    { headersTimeout: 15_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 },
    (request, response) => {
      response.on('close', () => {
        if (!server.listening) server.closeIdleConnections();
      });
      void ready.then((handler) => handler(request, response));
    },
  );
  server.listen(address.port, address.host);
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

const cannotListen = ({ host, port, setting }: Address, cause: unknown): KinpassError => {
  const code = isNativeError(cause) && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    const hint = `Port ${port} is taken: end what uses it, or choose another with ${setting}.`;
    return fail('port_taken', { field: setting, hint, cause });
  }
  return fail('config_invalid', {
    field: setting,
    hint: `Cannot listen on ${host}:${port} (${code})`,
    cause,
  });
};
