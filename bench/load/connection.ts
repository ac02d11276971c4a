/**
 * A kept connection over a raw socket. It reads what is needed to know where an answer ends, which costs a fifth of
 * node:http's client, so that two cores suffice for gateway, Adobe and load.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  readonly body: Buffer;
}

export interface Connection {
  /** One request at a time. Errors: an Error if the server closes the connection. */
  exchange(request: string): Promise<Answer>;
  close(): void;
}

export const openConnection = async (origin: string): Promise<Connection> => {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let waiting: PromiseWithResolvers<Answer> | undefined;
  let received: Buffer = Buffer.alloc(0);

  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (!answer) return;
    received = Buffer.alloc(0);
    waiting?.resolve(answer);
  });
  failWith(socket, (error) => waiting?.reject(error));

  return {
    exchange: (request) => {
      if (socket.destroyed) return Promise.reject(closed());
      waiting = Promise.withResolvers();
      socket.write(request, 'latin1');
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
};

const failWith = (socket: Socket, fail: (error: Error) => void): void => {
  socket.on('error', fail);
  socket.on('close', () => fail(closed()));
};

const closed = (): Error => new Error('the server closed the connection');

const endOfHead = Buffer.from('\r\n\r\n');
const endOfChunks = Buffer.from('0\r\n\r\n');

/** The answer, once it is complete. */
const readAnswer = (received: Buffer): Answer | undefined => {
  const head = received.indexOf(endOfHead);
  if (head < 0) return undefined;
  const text = received.toString('latin1', 0, head);
  const status = Number(text.slice(9, 12));
  const body = received.subarray(head + endOfHead.length);
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(text) ?? [];
  const complete =
    length === undefined
      ? body.subarray(-endOfChunks.length).equals(endOfChunks) || /^.{9}(204|304)/.test(text)
      : body.length >= Number(length);
  return complete ? { status, head: text, body } : undefined;
};
