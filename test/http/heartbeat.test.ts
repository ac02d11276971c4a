import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHeartbeat, type Heartbeat } from '#src/http/heartbeat';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';

let server: Server;
let clock: ManualClock;
let heartbeat: Heartbeat;
let errors: unknown[];

beforeEach(async () => {
  clock = createManualClock();
  heartbeat = createHeartbeat({ clock });
  errors = [];
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

interface Stream {
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Comments that the gateway has written. */
  readonly beats: () => number;
}

const open = async (): Promise<Stream> => {
  const address = server.address();
  const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  response.on('error', (error) => errors.push(error));
  let beats = 0;
  const write = response.write.bind(response);
  response.write = ((text: string) => {
    beats += 1;
    return write(text);
  }) as typeof response.write;
  return { response, socket, beats: () => beats };
};

test('each stream gets a comment at once and every 15 seconds, counted from when it began', async () => {
  const first = await open();
  heartbeat.keepOpen(first.response);
  await clock.advance(10_000);
  const second = await open();
  heartbeat.keepOpen(second.response);
  expect([first.beats(), second.beats()]).toEqual([1, 1]);
  await clock.advance(4_999);
  expect([first.beats(), second.beats()]).toEqual([1, 1]);
  await clock.advance(1);
  expect([first.beats(), second.beats()]).toEqual([2, 1]);
  await clock.advance(10_000);
  expect([first.beats(), second.beats()]).toEqual([2, 2]);
  await clock.advance(30_000);
  expect([first.beats(), second.beats()]).toEqual([4, 4]);
});

test('hundreds that are due together share one timer', async () => {
  const streams: Stream[] = [];
  for (let index = 0; index < 170; index += 1) streams.push(await open());
  for (const { response } of streams) heartbeat.keepOpen(response);
  expect(clock.waiting).toBe(1);
  await clock.advance(15_000);
  await expect.poll(() => streams.map(({ beats }) => beats())).toEqual(streams.map(() => 2));
  await expect.poll(() => clock.waiting).toBe(1);
});

test('one that has ended, or whose client has gone, is left alone, and the timer stops', async () => {
  const [left, finished] = [await open(), await open()];
  heartbeat.keepOpen(left.response);
  heartbeat.keepOpen(finished.response);
  const closed = once(left.response, 'close');
  left.socket.destroy();
  await closed;
  finished.response.end();
  await clock.advance(15_000);
  expect([left.beats(), finished.beats()]).toEqual([1, 1]);
  expect(errors).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test('one whose client was gone before it began is not begun', async () => {
  const gone = await open();
  const closed = once(gone.response, 'close');
  gone.socket.destroy();
  await closed;
  heartbeat.keepOpen(gone.response);
  expect([gone.beats(), errors]).toEqual([0, []]);
});

test('goes on for who comes after everybody had left', async () => {
  const first = await open();
  heartbeat.keepOpen(first.response);
  first.response.end();
  await clock.advance(15_000);
  const second = await open();
  heartbeat.keepOpen(second.response);
  await clock.advance(15_000);
  expect(second.beats()).toBe(2);
});
