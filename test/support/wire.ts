/** A TCP proxy before a server: it counts what goes by, and fails as networks do. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** What reads along on one connection. */
export interface Reader {
  toServer(bytes: Buffer): void;
  /** False if the bytes do not reach the client. */
  toClient(bytes: Buffer): boolean;
}

export interface Wire extends AsyncDisposable {
  readonly port: number;
  /** Passes on what comes. What is stalled stays so: a firewall has forgotten these connections. */
  pass(): Promise<void>;
  /** Nobody listens, and no connection is left. */
  refuse(): Promise<void>;
  /** Accepts connections; nothing arrives any more, on those of before neither. */
  stall(): Promise<void>;
  /** Every connection ends. */
  cut(): void;
}

type Mode = 'pass' | 'stall';

interface Target {
  readonly host: string;
  readonly port: number;
}

/** `read`: called for each connection. */
export const startWire = async (
  { host, port: targetPort }: Target,
  read: (end: () => void) => Reader,
): Promise<Wire> => {
  const sockets = new Set<Socket>();
  let mode: Mode = 'pass';

  const serve = (near: Socket): void => {
    sockets.add(near);
    near.on('error', () => undefined).on('close', () => sockets.delete(near));
    if (mode === 'stall') return void near.pause();
    const far = connect(targetPort, host);
    sockets.add(far);
    const end = (): void => {
      near.resetAndDestroy();
      far.destroy();
    };
    const reader = read(end);
    near
      .on('close', () => far.destroy())
      .on('data', (bytes: Buffer) => {
        reader.toServer(bytes);
        far.write(bytes);
      });
    far
      .on('error', () => undefined)
      .on('data', (bytes: Buffer) => {
        if (reader.toClient(bytes)) near.write(bytes);
      });
    far.on('close', () => {
      sockets.delete(far);
      near.destroy();
    });
  };

  const port = await freePort();
  const server = createServer(serve);
  const listen = async (): Promise<void> => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const refuse = async (): Promise<void> => {
    const closed = server.listening ? once(server.close(), 'close') : undefined;
    cut();
    await closed;
  };
  await listen();
  return {
    port,
    pass: async () => {
      mode = 'pass';
      await listen();
    },
    refuse,
    stall: async () => {
      mode = 'stall';
      for (const socket of sockets) socket.removeAllListeners('data').pause();
      await listen();
    },
    cut,
    [Symbol.asyncDispose]: refuse,
  };
};
