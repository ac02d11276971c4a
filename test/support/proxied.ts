import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection of a proxy (127.0.0.2) to a port of this machine. */
export const connectAsProxy = async (port: number, localAddress = '127.0.0.2'): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  await once(socket, 'connect');
  return socket;
};

/** Sends bytes, and reads until the text has come back that ends an answer. */
export const exchange = (socket: Socket, bytes: string | Buffer, end: string): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  const onData = (chunk: Buffer) => {
    text += chunk;
    if (!text.includes(end)) return;
    socket.off('data', onData);
    resolve(text);
  };
  socket.on('data', onData).once('close', () => reject(new Error(`closed after "${text}"`)));
  socket.write(bytes);
  return promise;
};
