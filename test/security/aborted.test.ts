import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
const faults: unknown[] = [];
const note = (fault: unknown) => void faults.push(fault);

beforeAll(async () => {
  process.on('uncaughtException', note).on('unhandledRejection', note);
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
});
afterAll(async () => {
  process.off('uncaughtException', note).off('unhandledRejection', note);
  await t[Symbol.asyncDispose]();
});

const jwks = 'GET /.well-known/service-token-jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n';

const asViewer = (path: string, accept = 'application/json'): string => {
  const headers = {
    host: 'localhost',
    accept,
    authorization: `Bearer ${tv.tokens?.accessToken}`,
    ...tv.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
};

const open = async (): Promise<Socket> => {
  const socket = connect(Number(new URL(t.origin).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

/** What a client may have sent when it goes away, and whether it says so or resets the connection. */
const requests = (code: string): readonly string[] => [
  jwks,
  jwks.repeat(5),
  'GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET /device HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n',
  'POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant',
  'POST /o/client/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"sof',
  asViewer('/api/v2/REF30/profiles'),
  asViewer(`/api/v2/REF30/profiles/code/${code}`, 'text/event-stream'),
  'GET /nowhere HTTP/1.1\r\nHost: loc',
];

test('ten thousand clients that go away in the middle of a request harm nobody', async () => {
  const { body } = await tv.createSession({
    mvpd: 'Cablevision',
    domainName: 'testadobe.com',
    redirectUrl: 'https://www.testadobe.com/',
  });
  const sent = requests(String(body['code']));
  for (let round = 0; round < 100; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 100 }, open));
    for (const [index, socket] of sockets.entries()) {
      const text = sent[(round + index) % sent.length] ?? '';
      const leave = () => (index % 2 === 0 ? socket.resetAndDestroy() : socket.destroy());
      // Some are gone before the gateway reads, some while it works, some in the answer.
      if (index % 3 === 0) socket.write(text, leave);
      else if (index % 3 === 1) socket.write(text, () => setImmediate(leave));
      else socket.once('data', leave).write(text, () => setTimeout(leave, 20));
    }
    await Promise.all(sockets.map((socket) => (socket.destroyed ? undefined : once(socket, 'close'))));
  }
  expect((await fetch(`${t.origin}/.well-known/service-token-jwks.json`)).status).toBe(200);
  expect(faults).toEqual([]);
}, 120_000);

/** Everything that comes back, once `count` answers are complete or the connection ends. */
const answersOf = async (socket: Socket, count: number): Promise<readonly string[]> => {
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.split('"keys":').length > count) break;
  }
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => String(status));
};

test('a client that has said all it has to say gets its answer', async () => {
  const socket = await open();
  socket.end(jwks);
  expect(await answersOf(socket, 1)).toEqual(['200']);
});

test('requests one after another and all at once on a connection are each answered', async () => {
  const socket = await open();
  socket.write(jwks.repeat(20));
  expect(await answersOf(socket, 20)).toEqual(Array.from({ length: 20 }, () => '200'));
});
