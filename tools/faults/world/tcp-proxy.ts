import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to a connection, from the next byte on. */
export type Behavior =
  | 'pass'
  /** Reset as soon as it is open. */
  | 'refuse'
  /** Reset when a request has arrived, which is not passed on. */
  | 'reset'
  /** Open, but nothing is ever sent: half-open, or a firewall that drops packets. */
  | 'stall'
  /** This many bytes of the response, then a reset, or nothing more. */
  | { readonly answerBytes: number; readonly end: 'reset' | 'stall' }
  | { readonly bytesPerSecond: number }
  /** Sent as the response to each request, which is not passed on. */
  | { readonly answer: string | Buffer; readonly thenClose: boolean };

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  behave(behavior: Behavior): void;
  /** Connections that clients hold now. */
  readonly open: number;
  readonly mostOpen: number;
  /** Resets every connection. */
  cut(): void;
}

interface Place {
  readonly host?: string;
  readonly port?: number;
}

/** Forwards bytes to a port of this machine, and breaks connections in the ways that networks do. */
export const startTcpProxy = async (
  target: number,
  { host = '127.0.0.1', port = 0 }: Place = {},
): Promise<TcpProxy> => {
  let behavior: Behavior = 'pass';
  let mostOpen = 0;
  const clients = new Set<Socket>();

  const server = createServer({ noDelay: true }, (near) => {
    clients.add(near);
    mostOpen = Math.max(mostOpen, clients.size);
    near.on('error', () => undefined);
    if (behavior === 'refuse') near.resetAndDestroy();
    serve(near, target, () => behavior);
    near.on('close', () => clients.delete(near));
  }).listen(port, host);
  await once(server, 'listening');
  const cut = () => {
    for (const client of clients) client.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    behave: (next) => {
      behavior = next;
    },
    get open() {
      return clients.size;
    },
    get mostOpen() {
      return mostOpen;
    },
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
};

const serve = (near: Socket, target: number, behavior: () => Behavior): void => {
  let far: Socket | undefined;
  let answered = 0;
  const open = (): Socket =>
    connect({ port: target, host: '127.0.0.1', noDelay: true })
      .on('error', () => undefined)
      .on('data', hear)
      .on('close', () => near.destroy());

  near.on('data', (request: Buffer) => {
    const now = behavior();
    answered = 0;
    if (now === 'refuse' || now === 'reset') near.resetAndDestroy();
    else if (typeof now === 'object' && 'answer' in now) {
      near.write(now.answer);
      if (now.thenClose) near.end();
    } else if (now !== 'stall') {
      far ??= open();
      far.write(request);
    }
  });
  near.on('close', () => far?.destroy());

  const hear = (answer: Buffer): void => {
    const now = behavior();
    if (now === 'stall') return;
    if (typeof now === 'object' && 'answerBytes' in now) {
      near.write(answer.subarray(0, Math.max(0, now.answerBytes - answered)), () => {
        if (answered >= now.answerBytes && now.end === 'reset') near.resetAndDestroy();
      });
      answered += answer.length;
    } else if (typeof now === 'object' && 'bytesPerSecond' in now) drip(near, answer, now.bytesPerSecond);
    else near.write(answer);
  };
};

const drip = (socket: Socket, bytes: Buffer, perSecond: number): void => {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(at, at + perSecond));
    at += perSecond;
    if (at >= bytes.length) clearInterval(timer);
  }, 1_000);
  socket.on('close', () => clearInterval(timer));
};
