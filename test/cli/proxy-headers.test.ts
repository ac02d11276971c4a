import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type Listener, listen } from '#src/cli/listen';
import { connectAsProxy, exchange } from '../support/proxied.ts';

const open = async (headerTimeout = 60_000, onConnection = () => {}): Promise<Listener> => {
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    setting: 'public.port',
    proxyProtocol: {
      isProxy: (address) => {
        onConnection();
        return address === '127.0.0.2';
      },
      headerTimeout,
    },
  });
  listener.serve(async (request, response) => {
    const { remoteAddress, remotePort, remoteFamily } = request.socket;
    let size = 0;
    for await (const chunk of request) size += chunk.length;
    response.end(`${remoteFamily} ${remoteAddress} ${remotePort} ${size} bytes.`);
  });
  return listener;
};

const line = 'PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n';
const get = 'GET / HTTP/1.1\r\nHost: gateway\r\n\r\n';
const post = (size: number) =>
  `POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`;

/** Resolves when the listener has closed the connection, to what came before. */
const untilClosed = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    // A reset is one way of closing.
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });

test('every request of a connection has the address and port of its header', async () => {
  const listener = await open();
  const socket = await connectAsProxy(listener.port);
  expect(await exchange(socket, line + get, 'bytes.')).toContain('IPv4 203.0.113.9 4711 0 bytes.');
  expect(await exchange(socket, post(300_000), 'bytes.')).toContain('203.0.113.9 4711 300000 bytes.');
  const two = await exchange(socket, get + post(7), ' 7 bytes.');
  expect(two.match(/203\.0\.113\.9 4711 \d bytes/g)).toHaveLength(2);
  socket.destroy();
  await listener.close();
});

test('a header and a request may come in any pieces', async () => {
  const listener = await open();
  for (const header of [
    Buffer.from(line),
    Buffer.from('0d0a0d0a000d0a515549540a2111000ccb007109c0000201126701bb', 'hex'),
  ]) {
    const bytes = Buffer.concat([header, Buffer.from(post(20))]);
    const socket = (await connectAsProxy(listener.port)).setNoDelay();
    const answer = exchange(socket, bytes.subarray(0, 1), 'bytes.');
    for (const byte of bytes.subarray(1))
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
    expect(await answer).toContain('203.0.113.9 4711 20 bytes.');
    socket.destroy();
  }
  await listener.close();
});

test('a proxy that connects for itself keeps its own address', async () => {
  const listener = await open();
  const socket = await connectAsProxy(listener.port);
  const local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
  const answer = await exchange(socket, Buffer.concat([local, Buffer.from(get)]), 'bytes.');
  expect(answer).toContain(`127.0.0.2 ${socket.localPort} 0 bytes.`);
  socket.destroy();
  await listener.close();
});

test.each([
  ['no header', get],
  ['a header that is not valid', 'PROXY TCP4 203.0.113.9\r\n'],
  ['a header without an end', `PROXY UNKNOWN ${'x'.repeat(200)}`],
])('a connection of a proxy with %s is closed without an answer', async (_what, bytes) => {
  const listener = await open();
  const socket = await connectAsProxy(listener.port);
  socket.write(bytes);
  expect(await untilClosed(socket)).toBe('');
  await listener.close();
});

test('a connection of a proxy that says no more is closed', async () => {
  const listener = await open();
  const ended = await connectAsProxy(listener.port);
  ended.end('PROXY ');
  expect(await untilClosed(ended)).toBe('');
  await listener.close();
});

test('a header that takes too long closes the connection', async () => {
  const listener = await open(20);
  const socket = await connectAsProxy(listener.port);
  socket.write('PROXY ');
  expect(await untilClosed(socket)).toBe('');
  await listener.close();
});

test('connections of others begin with HTTP; a header of theirs is refused', async () => {
  const listener = await open();
  const client = connect(listener.port, '127.0.0.1');
  expect(await exchange(client, get, 'bytes.')).toContain(`127.0.0.1 ${client.localPort} 0 bytes.`);
  client.destroy();
  const liar = connect(listener.port, '127.0.0.1');
  liar.write(line + get);
  expect(await untilClosed(liar)).toContain('400 Bad Request');
  await listener.close();
});

test('a connection that is reset before its header harms nobody', async () => {
  const listener = await open();
  const broken = await connectAsProxy(listener.port);
  await new Promise((resolve) => broken.write('PROXY ', resolve));
  broken.resetAndDestroy();
  const socket = await connectAsProxy(listener.port);
  expect(await exchange(socket, line + get, 'bytes.')).toContain('203.0.113.9 4711 0 bytes.');
  socket.destroy();
  await listener.close();
});

test('closing waits for no header', async () => {
  const { promise: accepted, resolve: onConnection } = Promise.withResolvers<void>();
  const listener = await open(60_000, onConnection);
  const socket = await connectAsProxy(listener.port);
  await accepted;
  const closed = untilClosed(socket);
  expect(await listener.close()).toBe(0);
  await closed;
});
