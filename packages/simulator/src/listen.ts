import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail } from '#src/lib/errors';
import type { Origins, PartyName } from '#src/party';

export interface Listening {
  readonly origin: string;
  readonly server: Server;
  close(): Promise<void>;
}

const bind = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** One party's front door; port 0 takes any free one. Error: port_taken. */
export const listen = async (
  party: PartyName,
  { host, port, listener }: { host: string; port: number; listener: RequestListener },
): Promise<Listening> => {
  const server = createServer(listener);
  try {
    await bind(server, host, port);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw fail('port_taken', {
      field: `simulator.ports.${party}`,
      hint: `Port ${port}, where the simulated ${party} party listens, is taken: end what uses it, or choose other ports with --simulator-port (simulate: --port).`,
      cause,
    });
  }
  const { port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${bound}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export const defaultPorts: Readonly<Record<PartyName, number>> = {
  adobe: 9090,
  mvpd: 9091,
  dtc: 9092,
  google: 9093,
  facebook: 9094,
  apple: 9095,
};

const partyNames = Object.keys(defaultPorts) as PartyName[];

/** A port for each party, or the first of a row of them; 0 takes any free one. */
export type Ports = number | Partial<Record<PartyName, number>>;

const portOf = (name: PartyName, ports: Ports): number => {
  if (typeof ports !== 'number') return ports[name] ?? defaultPorts[name];
  return ports === 0 ? 0 : ports + partyNames.indexOf(name);
};

/** All origins at once: the parties must know each other's before any can be built. Error: port_taken. */
export const listenAll = async (
  { host = '127.0.0.1', ports = {} }: { host?: string; ports?: Ports },
  listenerOf: (name: PartyName) => RequestListener,
): Promise<{ origins: Origins; close(): Promise<void> }> => {
  const opened: [PartyName, Listening][] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(([, listening]) => listening.close()));
  };
  try {
    for (const name of partyNames) {
      const port = portOf(name, ports);
      opened.push([name, await listen(name, { host, port, listener: listenerOf(name) })]);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    origins: Object.fromEntries(opened.map(([name, { origin }]) => [name, origin])) as Origins,
    close,
  };
};
