import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createTransport } from '#src/adobe-pass/transport';
import { createManualClock } from '../support/manual-clock.ts';
import { call, startGatewaySide } from './gateway-side.ts';
import { certificate } from './localhost-certificate.ts';
import { profiles, type Reply, startScriptedAdobe } from './scripted-adobe.ts';

test.for([301, 302, 303, 307, 308])('a %i is not followed', async (status) => {
  await using side = await startGatewaySide();
  await using canary = await startScriptedAdobe();
  side.adobe.at('/api', { status, headers: { location: `${canary.origin}/api/v2/REF30/profiles` } });
  await expect(side.pass.getProfiles({ ...call, serviceToken: 'a.b.c' })).rejects.toMatchObject({
    code: 'gateway_adobe_answer_invalid',
  });
  await expect(side.pass.createSession({ ...call, form: {} })).rejects.toThrow();
  expect(canary.heard).toEqual([]);
});

const endless: Reply = (response) => {
  const chunk = Buffer.alloc(65_536, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
};

test('an endless body is cut off while it is read', async () => {
  await using side = await startGatewaySide();
  let cut: Promise<unknown> | undefined;
  side.adobe.at('/api', (response, request) => {
    cut = once(response, 'close');
    endless(response, request);
  });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_answer_invalid' });
  await cut;
});

test('a body of 1 MiB passes, one byte more does not', async () => {
  await using side = await startGatewaySide();
  const padded = (size: number) => JSON.stringify(profiles).padEnd(size, ' ');
  side.adobe.at('/api', { body: padded(1_048_576) }, { body: padded(1_048_577) });
  expect((await side.pass.getProfiles(call)).status).toBe(200);
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_answer_invalid' });
});

test('a compressed body, which nobody asked for, is never inflated', async () => {
  await using side = await startGatewaySide();
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  side.adobe.at('/api', { headers: { 'content-encoding': 'gzip' }, body: bomb });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_answer_invalid' });
});

test('headers beyond bounds are refused', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', { headers: { 'x-long': 'y'.repeat(200_000) }, body: profiles });
  await expect(side.meanwhile(side.pass.getProfiles(call))).rejects.toMatchObject({
    code: 'gateway_adobe_unreachable',
  });
});

const half = JSON.stringify(profiles).slice(0, 40);
const cut: readonly (readonly [string, Reply, string])[] = [
  [
    'before the length it announced',
    (response) => {
      response.writeHead(200, { 'content-length': '400' }).write(half, () => response.destroy());
    },
    'gateway_adobe_unreachable',
  ],
  [
    'before the last chunk',
    (response) => {
      response.writeHead(200).write(half, () => response.destroy());
    },
    'gateway_adobe_unreachable',
  ],
  [
    'by the end of the connection',
    (response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${half}`);
    },
    'gateway_adobe_answer_invalid',
  ],
];

test.for(cut)('a body cut %s is no success', async ([, reply, code]) => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', reply);
  await expect(side.meanwhile(side.pass.getProfiles(call))).rejects.toMatchObject({ code });
});

test('an Adobe that never answers is given up', async () => {
  await using side = await startGatewaySide({ timeout: 500 });
  side.adobe.at('/api', () => {});
  await expect(side.pass.createSession({ ...call, form: {} })).rejects.toMatchObject({
    code: 'gateway_adobe_timeout',
    status: 504,
  });
});

test('an Adobe that answers byte by byte for ever is given up too', async () => {
  await using side = await startGatewaySide({ timeout: 500 });
  side.adobe.at('/api', (response) => {
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  });
  await expect(side.pass.createSession({ ...call, form: {} })).rejects.toMatchObject({
    code: 'gateway_adobe_timeout',
  });
});

test('a request whose caller hung up is taken off the wire', async () => {
  await using side = await startGatewaySide();
  const asked = Promise.withResolvers<{ closed: Promise<unknown> }>();
  side.adobe.at('/api', (response) => asked.resolve({ closed: once(response, 'close') }));
  const gone = new AbortController();
  const work = side.pass.getProfiles({ ...call, signal: gone.signal });
  const { closed } = await asked.promise;
  gone.abort(new Error('closed'));
  await expect(work).rejects.toThrow('closed');
  await closed;
});

test('a caller who is gone already asks nothing', async () => {
  await using side = await startGatewaySide();
  const signal = AbortSignal.abort(new Error('closed'));
  await side.pass.getProfiles(call);
  await expect(side.pass.getProfiles({ ...call, signal })).rejects.toThrow('closed');
  expect(side.adobe.heardAt('/api')).toHaveLength(1);
});

const send = (origin: string) => {
  const transport = createTransport({ origin, connectTimeout: 2_000, clock: createManualClock() });
  return transport
    .send({ method: 'GET', path: '/x', headers: {}, timeout: 5_000 })
    .finally(() => transport.close());
};

test('nobody listens there', async () => {
  const server = net.createServer();
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(send(`http://localhost:${port}`)).rejects.toMatchObject({ code: 'gateway_adobe_unreachable' });
});

test('TLS: a certificate of nobody’s is refused, one of a known authority is not', async () => {
  await using adobe = await startScriptedAdobe(certificate);
  await expect(send(adobe.origin)).rejects.toMatchObject({ code: 'gateway_adobe_unreachable' });
  expect(adobe.heard).toEqual([]);
  const known = tls.getCACertificates();
  tls.setDefaultCACertificates([...known, certificate.cert]);
  try {
    expect((await send(adobe.origin)).status).toBe(200);
    await expect(send(adobe.origin.replace('localhost', '127.0.0.1'))).rejects.toMatchObject({
      code: 'gateway_adobe_unreachable',
    });
  } finally {
    tls.setDefaultCACertificates(known);
  }
});

test('a connection in steady use is replaced after a while, for the DNS may have moved on', async () => {
  await using adobe = await startScriptedAdobe();
  const clock = createManualClock();
  const ports: (number | undefined)[] = [];
  adobe.at('/', (response) => {
    ports.push(response.socket?.remotePort);
    response.end();
  });
  const transport = createTransport({ origin: adobe.origin, connectTimeout: 2_000, clock });
  for (const ms of [0, 8_000, 6_000, 2_000, 0]) {
    await clock.advance(ms);
    await transport.send({ method: 'GET', path: '/x', headers: {}, timeout: 5_000 });
  }
  transport.close();
  const [first, , , last] = ports;
  expect(last).not.toBe(first);
  expect(ports).toEqual([first, first, first, last, last]);
});

test('no token is in an error', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', (response) => response.destroy());
  const error: unknown = await side
    .meanwhile(side.pass.createSession({ ...call, serviceToken: 'canary.canary.canary', form: {} }))
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'gateway_adobe_unreachable' });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/canary|token-1|secret-1/);
});
