import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { createConnect } from '#src/adobe-pass/connect';
import { createTransport, type TransportResponse } from '#src/adobe-pass/transport';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { call, startGatewaySide } from './gateway-side.ts';
import { certificate } from './localhost-certificate.ts';
import { profiles, type ScriptedAdobe, startScriptedAdobe } from './scripted-adobe.ts';

type Settings = Partial<Parameters<typeof createTransport>[0]>;

/** A transport to `origin` that is closed at the end of the test. */
const openTransport = (origin: string, settings: Settings = {}) => {
  const transport = createTransport({ origin, connectTimeout: 2_000, clock: systemClock, ...settings });
  const get = (path: string, signal?: AbortSignal): Promise<TransportResponse> =>
    transport.send({ method: 'GET', path, headers: {}, timeout: 5_000, signal });
  return { ...transport, get, [Symbol.dispose]: () => transport.close() };
};

/** A server that speaks bytes, for what node:http would not send. */
const startRaw = async (answer: (socket: Socket) => void, host = '127.0.0.1') => {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.once('data', () => answer(socket));
  });
  await once(server.listen(0, host), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n';

test('512 requests at once are all answered', async () => {
  await using adobe = await startScriptedAdobe();
  using transport = openTransport(adobe.origin);
  const answers = await Promise.all(Array.from({ length: 512 }, (_, n) => transport.get(`/${n}`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(adobe.heard.map(({ path }) => path)).size).toBe(512);
});

/** Answers in the order in which the test lets it. */
const held = (adobe: ScriptedAdobe) => {
  const arrived: (() => void)[] = [];
  const ports = new Set<number | undefined>();
  const more = new EventTarget();
  adobe.at('/', (response, { socket }) => {
    ports.add(socket.remotePort);
    arrived.push(() => response.end('{}'));
    more.dispatchEvent(new Event('request'));
  });
  const until = async (count: number): Promise<void> => {
    while (arrived.length < count) await once(more, 'request');
  };
  return { ports, until, answerNext: () => arrived.shift()?.() };
};

test('requests beyond the number of connections wait their turn', async () => {
  await using adobe = await startScriptedAdobe();
  using transport = openTransport(adobe.origin, { maxConnections: 2 });
  const { ports, until, answerNext } = held(adobe);
  const work = ['/a', '/b', '/c', '/d'].map((path) => transport.get(path));
  await until(2);
  expect(adobe.heard.map(({ path }) => path).sort()).toEqual(['/a', '/b']);
  for (const _ of work) {
    await until(1);
    answerNext();
  }
  expect((await Promise.all(work)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(adobe.heard.slice(2).map(({ path }) => path)).toEqual(['/c', '/d']);
  expect(ports.size).toBe(2);
});

test('a connection that has become old takes no request that waited for it', async () => {
  await using adobe = await startScriptedAdobe();
  const clock = createManualClock();
  using transport = openTransport(adobe.origin, { maxConnections: 1, clock });
  const { ports, until, answerNext } = held(adobe);
  const work = ['/first', '/next'].map((path) => transport.get(path));
  await until(1);
  await clock.advance(15_000);
  for (const _ of work) {
    await until(1);
    answerNext();
  }
  await Promise.all(work);
  expect(ports.size).toBe(2);
});

test('who hangs up while waiting for a connection is never sent, and holds up nobody', async () => {
  await using adobe = await startScriptedAdobe();
  using transport = openTransport(adobe.origin, { maxConnections: 1 });
  const { until, answerNext } = held(adobe);
  const gone = new AbortController();
  const first = transport.get('/first');
  await until(1);
  const waiting = transport.get('/gone', gone.signal);
  const last = transport.get('/last');
  gone.abort(new Error('closed'));
  await expect(waiting).rejects.toThrow('closed');
  answerNext();
  await first;
  await until(1);
  answerNext();
  expect((await last).status).toBe(200);
  expect(adobe.heard.map(({ path }) => path)).toEqual(['/first', '/last']);
});

test('who hangs up while served gives the connection up, and the next one gets another', async () => {
  await using adobe = await startScriptedAdobe();
  using transport = openTransport(adobe.origin, { maxConnections: 1 });
  const { until, answerNext } = held(adobe);
  const gone = new AbortController();
  const first = transport.get('/first', gone.signal);
  const next = transport.get('/next');
  await until(1);
  gone.abort(new Error('closed'));
  await expect(first).rejects.toThrow('closed');
  answerNext();
  await until(1);
  answerNext();
  expect((await next).status).toBe(200);
});

test('a kept connection that Adobe has just closed fails no request, not even one that is never repeated', async () => {
  await using adobe = await startScriptedAdobe();
  using transport = openTransport(adobe.origin);
  let socket: Socket | undefined;
  adobe.at('/', (response, request) => {
    socket = request.socket;
    response.end('{}');
  });
  const post = { method: 'POST', path: '/', headers: {}, body: '{}', timeout: 5_000 } as const;
  for (let count = 0; count < 50; count++) {
    expect((await transport.send(post)).status).toBe(200);
    const gone = socket && once(socket, 'close');
    socket?.destroy();
    await gone;
  }
  expect(adobe.heard).toHaveLength(50);
});

test('a connection that breaks under a request is a failure, repeated only where that is safe', async () => {
  await using side = await startGatewaySide();
  await side.pass.getProfiles(call);
  const heardBefore = side.adobe.heard.length;
  side.adobe.at('/api', (response) => response.destroy(), { body: profiles });
  expect((await side.meanwhile(side.pass.getProfiles(call))).status).toBe(200);
  side.adobe.at('/api', (response) => response.destroy());
  await expect(side.pass.createSession({ ...call, form: {} })).rejects.toMatchObject({
    code: 'gateway_adobe_unreachable',
  });
  expect(side.adobe.heard.slice(heardBefore).map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
});

test.for([
  ['100, which nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\n', 'gateway_adobe_answer_invalid'],
  ['101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'gateway_adobe_answer_invalid'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'gateway_adobe_unreachable'],
  ['a folded header', `${ok}x: a\r\n b\r\n\r\n{}`, 'gateway_adobe_unreachable'],
  ['two lengths', `${ok}content-length: 3\r\n\r\n{}}`, 'gateway_adobe_unreachable'],
  [
    'a length and chunks',
    `${ok}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    'gateway_adobe_unreachable',
  ],
] as const)('%s is refused', async ([, bytes, code]) => {
  await using raw = await startRaw((socket) => socket.write(bytes));
  using transport = openTransport(raw.origin);
  await expect(transport.get('/')).rejects.toMatchObject({ code });
});

test('other interim responses are passed over, however many come', async () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nretry-after: 9\r\n\r\n'.repeat(50);
  await using raw = await startRaw((socket) => socket.write(`${hints}${ok}\r\n{}`));
  using transport = openTransport(raw.origin);
  expect(await transport.get('/')).toMatchObject({ status: 200, retryAfter: undefined });
});

test('of Adobe’s headers three are kept, the first of each; cookies are not', async () => {
  const headers = [
    ...['Retry-After: 3', 'Retry-After: 60', 'Content-Type: application/json', 'Content-Type: text/html'],
    ...[
      'Date: Sat, 28 Nov 2026 22:00:00 GMT',
      'Set-Cookie: a=b',
      '__proto__: polluted',
      'constructor: polluted',
    ],
  ];
  await using raw = await startRaw((socket) => socket.write(`${ok}${headers.join('\r\n')}\r\n\r\n{}`));
  using transport = openTransport(raw.origin);
  expect(await transport.get('/')).toEqual({
    status: 200,
    retryAfter: '3',
    contentType: 'application/json',
    date: 'Sat, 28 Nov 2026 22:00:00 GMT',
    body: Buffer.from('{}'),
  });
});

test('what follows an answer is nobody’s', async () => {
  let connections = 0;
  await using raw = await startRaw((socket) => {
    connections += 1;
    socket.write(`${ok}\r\n{}${ok}\r\n[]`);
  });
  using transport = openTransport(raw.origin);
  for (const _ of [1, 2]) expect(String((await transport.get('/')).body)).toBe('{}');
  expect(connections).toBe(2);
});

test('IPv6', async () => {
  await using raw = await startRaw((socket) => socket.write(`${ok}\r\n{}`), '::1');
  using transport = openTransport(raw.origin);
  expect((await transport.get('/')).status).toBe(200);
});

test('TLS names the host, speaks HTTP/1.1 and is resumed', async () => {
  const seen: (readonly [string | false | null | undefined, string | false | null, boolean])[] = [];
  const server = tls.createServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    seen.push([socket.servername, socket.alpnProtocol, socket.isSessionReused()]);
    socket.once('data', () => socket.end(`${ok}connection: close\r\n\r\n{}`));
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  const known = tls.getCACertificates();
  tls.setDefaultCACertificates([...known, certificate.cert]);
  try {
    using transport = openTransport(`https://localhost:${port}`);
    for (const _ of [1, 2]) expect((await transport.get('/')).status).toBe(200);
  } finally {
    tls.setDefaultCACertificates(known);
    await new Promise((resolve) => server.close(resolve));
  }
  expect(seen).toEqual([
    ['localhost', 'http/1.1', false],
    ['localhost', 'http/1.1', true],
  ]);
});

const silentLookup = () => {};

test('a name server that says nothing is given up', async () => {
  const connect = createConnect({ lookup: silentLookup, timeout: 100 });
  const target = { hostname: 'localhost', protocol: 'http:', port: '80' };
  const error = await new Promise((resolve) => connect(target, (...args) => resolve(args[0])));
  expect(error).toMatchObject({ code: 'gateway_adobe_timeout' });
});

test('so is a host that says nothing of TLS', async () => {
  await using raw = await startRaw(() => {});
  using transport = openTransport(raw.origin.replace('http:', 'https:'), { connectTimeout: 100 });
  await expect(transport.get('/')).rejects.toMatchObject({ code: 'gateway_adobe_timeout' });
});

test('who hangs up during the handshake does not wait for its end', async () => {
  await using raw = await startRaw(() => {});
  using transport = openTransport(raw.origin.replace('http:', 'https:'), { clock: createManualClock() });
  const gone = new AbortController();
  const work = transport.get('/', gone.signal);
  gone.abort(new Error('closed'));
  await expect(work).rejects.toThrow('closed');
});

test('headers that HTTP cannot carry are a fault of ours, and cost no connection', async () => {
  await using adobe = await startScriptedAdobe();
  using transport = openTransport(adobe.origin, { maxConnections: 1 });
  const bent = transport.send({ method: 'GET', path: '/', headers: { 'x-a': 'a\r\nb: c' }, timeout: 5_000 });
  await expect(bent).rejects.toMatchObject({ code: 'gateway_internal' });
  expect((await transport.get('/')).status).toBe(200);
  expect(adobe.heard).toHaveLength(1);
});
