import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** A gateway behind the balancer. */
export interface Target {
  readonly publicPort: number;
  readonly adminPort: number;
}

export interface Balancer extends AsyncDisposable {
  readonly port: number;
  /** What a request failed with that reached no gateway, or broke on the way back. */
  readonly failures: readonly string[];
  /** Resolves when as many targets are ready. */
  untilReady(count: number): Promise<void>;
}

/** Milliseconds. */
const probeInterval = 50;
/** Probes in a row without an answer after which a target is down; one that says so itself is at once. */
const maxUnanswered = 3;

/** Without the headers of one connection. */
const endToEnd = (raw: readonly string[]): string[] =>
  raw.filter(
    (_, index) => !/^(connection|keep-alive|transfer-encoding)$/i.test(raw[index - (index % 2)] ?? ''),
  );

interface Backend extends Target {
  readonly agent: Agent;
  isReady: boolean;
}

const statusOf = (url: string): Promise<number | undefined> =>
  fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.status;
    },
    () => undefined,
  );

/**
 * A load balancer as operators have one: it asks each target's /readyz, keeps connections, and repeats nothing. Requests go
 * to the targets in turn.
 */
export const startBalancer = async (targets: readonly Target[]): Promise<Balancer> => {
  const backends: Backend[] = targets.map((target) => ({
    ...target,
    agent: new Agent({ keepAlive: true, maxSockets: 256 }),
    isReady: false,
  }));
  const failures: string[] = [];
  const closed = new AbortController();
  let turn = 0;

  const probe = async (backend: Backend): Promise<void> => {
    for (let unanswered = 0; !closed.signal.aborted; ) {
      const status = await statusOf(`http://127.0.0.1:${backend.adminPort}/readyz`);
      unanswered = status === undefined ? unanswered + 1 : 0;
      if (status !== undefined || unanswered >= maxUnanswered) backend.isReady = status === 200;
      await setTimeout(probeInterval, undefined, { signal: closed.signal }).catch(() => undefined);
    }
  };
  const probing = backends.map(probe);

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
    const ready = backends.filter(({ isReady }) => isReady);
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
    untilReady: async (count) => {
      while (backends.filter(({ isReady }) => isReady).length < count) await setTimeout(probeInterval);
    },
    [Symbol.asyncDispose]: async () => {
      closed.abort();
      server.close().closeAllConnections();
      for (const { agent } of backends) agent.destroy();
      await Promise.all(probing);
    },
  };
};
