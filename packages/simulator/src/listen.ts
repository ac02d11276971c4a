import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errnoOf } from '#src/lib/errno';
import { fail, SimulatorError } from '#src/lib/errors';
import type { Origins, PartyName } from '#src/party';

interface Listener {
  readonly origin: string;
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

const notReady: RequestListener = (_request, response) => {
  response.writeHead(503).end();
};

/** One party's origin; port 0 picks any free port. Error: port_taken. */
const listen = async (party: PartyName, host: string, port: number): Promise<Listener> => {
  let current = notReady;
  const server = createServer((request, response) => current(request, response));
  const { promise: bound, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await bound.catch((cause: unknown) => {
    if (errnoOf(cause) !== 'EADDRINUSE') throw cause;
    throw fail('port_taken', {
      field: `simulator.ports.${party}`,
      hint: `Port ${port} for the simulated ${party} party is already in use. Stop the process that uses it, or choose other ports with --simulator-port (simulate: --port).`,
      cause,
    });
  });
  server.off('error', reject);
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    serve: (listener) => {
      current = listener;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};

const defaultPorts: Readonly<Record<PartyName, number>> = {
  adobe: 9090,
  mvpd: 9091,
  dtc: 9092,
  google: 9093,
  facebook: 9094,
  apple: 9095,
};

const partyNames = Object.keys(defaultPorts) as PartyName[];

/** One port per party, or the first of a consecutive range; 0 picks any free port. */
export type Ports = number | Partial<Record<PartyName, number>>;

const portOf = (name: PartyName, ports: Ports): number => {
  if (typeof ports !== 'number') return ports[name] ?? defaultPorts[name];
  return ports === 0 ? 0 : ports + partyNames.indexOf(name);
};

export interface Listeners {
  readonly origins: Origins;
  /** Until this is called every origin responds with 503. */
  serve(listenerOf: (name: PartyName) => RequestListener): void;
  close(): Promise<void>;
}

/**
 * Opens all origins before any party exists: each party is built with the origins of the others, so the handlers are
 * attached afterwards. Error: port_taken.
 */
export const listenAll = async ({
  host = '127.0.0.1',
  ports = {},
}: {
  readonly host?: string;
  readonly ports?: Ports;
}): Promise<Listeners> => {
  const tried = await Promise.allSettled(
    partyNames.map(async (name) => [name, await listen(name, host, portOf(name, ports))] as const),
  );
  const open = new Map(tried.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : [])));
  const close = async (): Promise<void> => {
    await Promise.all([...open.values()].map((listener) => listener.close()));
  };
  const errors: unknown[] = tried.flatMap((attempt) =>
    attempt.status === 'rejected' ? [attempt.reason] : [],
  );
  if (errors.length > 0) {
    await close();
    throw inOne(errors);
  }
  return {
    origins: Object.fromEntries([...open].map(([name, { origin }]) => [name, origin])) as Origins,
    serve: (listenerOf) => {
      for (const [name, listener] of open) listener.serve(listenerOf(name));
    },
    close,
  };
};

/** Every port that is in use in one error; any other error as it is. */
const inOne = (errors: readonly unknown[]): unknown => {
  const taken = errors.filter((error) => error instanceof SimulatorError);
  const other = errors.find((error) => !(error instanceof SimulatorError));
  return (
    other ??
    fail('port_taken', {
      field: taken.map(({ field }) => field).join(', '),
      hint: taken.map(({ hint }) => hint).join('\n'),
      cause: taken[0]?.cause,
    })
  );
};
