import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { type Target, watchReadiness } from './readiness.ts';

export interface TcpBalancer extends AsyncDisposable {
  readonly port: number;
  /** Connections that no gateway took. */
  readonly refused: number;
  /** Resolves when as many targets are ready. */
  untilReady(count: number): Promise<void>;
  /** New connections go to this target alone, as long as it is ready; those that are idle now are closed. */
  direct(target: Pick<Target, 'publicPort'>): Promise<void>;
}

/**
 * A load balancer that knows connections only: it asks each target's /readyz, gives each connection to one that is ready, in
 * turn, and tries the next one where it is refused.
 */
export const startTcpBalancer = async (targets: readonly Target[]): Promise<TcpBalancer> => {
  const readiness = watchReadiness(targets);
  const fronts = new Set<Socket>();
  /** Its public port. */
  let preferred = 0;
  let [turn, refused] = [0, 0];

  /** Those that are ready, the next one first. */
  const candidates = (): Target[] => {
    const ready = readiness.ready();
    turn += 1;
    const inTurn = ready.map((_, index) => ready[(turn + index) % ready.length] as Target);
    const isPreferred = ({ publicPort }: Target) => Number(publicPort === preferred);
    return inTurn.sort((a, b) => isPreferred(b) - isPreferred(a));
  };

  const open = async (front: Socket, [target, ...others]: Target[]): Promise<void> => {
    if (!target) {
      refused += 1;
      front.destroy();
      return;
    }
    const back = connect({ host: '127.0.0.1', port: target.publicPort, noDelay: true });
    try {
      await once(back, 'connect');
    } catch {
      return open(front, others);
    }
    // Where one side breaks, the other one does.
    pipeline(front, back, () => undefined);
    pipeline(back, front, () => undefined);
  };

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (front) => {
    fronts.add(front);
    front.on('close', () => fronts.delete(front)).on('error', () => undefined);
    void open(front, candidates());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get refused() {
      return refused;
    },
    untilReady: readiness.untilReady,
    direct: async ({ publicPort }) => {
      preferred = publicPort;
      await Promise.all([...fronts].map(closeIdle));
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const front of fronts) front.destroy();
      await readiness[Symbol.asyncDispose]();
    },
  };
};

/** Resolves when the client has closed it too: it sends no request there any more. */
const closeIdle = async (front: Socket): Promise<void> => {
  const closed = once(front, 'close');
  front.end();
  await closed;
};
