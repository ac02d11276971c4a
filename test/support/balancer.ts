import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Target, watchReadiness } from './readiness.ts';

export interface Balancer extends AsyncDisposable {
  readonly port: number;
  /** What a request failed with that reached no gateway, or broke on the way back. */
  readonly failures: readonly string[];
  /** Resolves when as many targets are ready. */
  untilReady(count: number): Promise<void>;
}

/** Without the headers of one connection. */
const endToEnd = (raw: readonly string[]): string[] =>
  raw.filter(
    (_, index) => !/^(connection|keep-alive|transfer-encoding)$/i.test(raw[index - (index % 2)] ?? ''),
  );

interface Backend extends Target {
  readonly agent: Agent;
}

/**
 * A load balancer as operators have one: it asks each target's /readyz, keeps connections, and repeats nothing. Requests go
 * to the targets in turn.
 */
export const startBalancer = async (targets: readonly Target[]): Promise<Balancer> => {
  const backends: Backend[] = targets.map((target) => ({
    ...target,
    agent: new Agent({ keepAlive: true, maxSockets: 256 }),
  }));
  const failures: string[] = [];
  const readiness = watchReadiness(backends);
  let turn = 0;

  const send = (backend: Backend, incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const failed = (error: Error): void => {
      if (outgoing.destroyed) return; // the client went away
      failures.push(`${incoming.method} ${incoming.url}: ${error.message}`);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    };
    const { method, url: path, headers } = incoming;
    const place = { host: '127.0.0.1', port: backend.publicPort, agent: backend.agent };
    const sent = request({ ...place, method, path, headers });
    sent.on('error', failed).on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders));
      answer.on('error', failed).pipe(outgoing);
    });
    outgoing.on('close', () => sent.destroy());
    incoming.pipe(sent);
  };

  const server = createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => {
    const ready = readiness.ready();
    turn += 1;
    const backend = ready[turn % ready.length];
    if (backend) return send(backend, incoming, outgoing);
    failures.push(`${incoming.method} ${incoming.url}: no gateway is ready`);
    outgoing.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    failures,
    untilReady: readiness.untilReady,
    [Symbol.asyncDispose]: async () => {
      server.close().closeAllConnections();
      for (const { agent } of backends) agent.destroy();
      await readiness[Symbol.asyncDispose]();
    },
  };
};
