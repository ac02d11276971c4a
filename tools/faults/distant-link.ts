import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between a load balancer and a gateway: everything, also the end of a connection, arrives `latency` ms later. */
export const startDistantLink = async (port: number, latency: number) => {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      const later = (act: () => void) => setTimeout(act, latency);
      from.on('data', (chunk) => later(() => to.write(chunk)));
      from.on('end', () => later(() => to.end()));
      // A reset, as of a gateway that has already closed the connection.
      from.on('error', () => later(() => to.resetAndDestroy()));
      from.on('close', () => open.delete(from));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};
