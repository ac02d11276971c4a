import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Device } from '@kinpass/simulator/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fromElsewhere } from '../support/from-elsewhere.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
let canary: Server;
const heard: string[] = [];

beforeAll(async () => {
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  canary = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => canary.once('listening', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => canary.close(resolve));
  await t[Symbol.asyncDispose]();
});
afterEach(() => t.control.clearFaults());

const profiles = () => tv.call('/REF30/profiles', { headers: fromElsewhere() });

const json = { 'content-type': 'application/json' };
const answerWith = async (fault: Record<string, string | number | Record<string, string>>) => {
  const match = { party: 'adobe', operation: 'profiles*' };
  const { status } = await t.control.fault({ match, fault: { kind: 'status', ...fault } });
  expect(status).toBe(201);
};

describe('T57 redirects of Adobe are never followed', () => {
  test.each([301, 302, 303, 307, 308])('%s', async (status) => {
    const location = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/canary`;
    await answerWith({ status, headers: { location } });
    const answer = await profiles();
    expect(answer.status).toBe(502);
    expect(answer.headers).not.toHaveProperty('location');
    expect(heard).toEqual([]);
  });
});

describe('T58 nor anywhere that is not a web address of Adobe’s', () => {
  const port = () => (canary.address() as AddressInfo).port;
  const places: [string, () => string][] = [
    ['a socket', () => 'http://unix:/var/run/docker.sock:/info'],
    ['a file', () => 'file:///etc/passwd'],
    ['a metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['an IPv4 address inside an IPv6 one', () => `http://[::ffff:127.0.0.1]:${port()}/canary`],
    ['an address as one number', () => `http://2130706433:${port()}/canary`],
    ['another port of the same host', () => `${t.simulator.origins.dtc}/canary`],
    ['a path of two slashes', () => `//127.0.0.1:${port()}/canary`],
  ];
  test.each(places)('%s', async (_what, location) => {
    await t.control.clearRequests();
    await answerWith({ status: 302, headers: { location: location() } });
    expect((await profiles()).status).toBe(502);
    await t.control.clearFaults();
    await t.control.fault({
      match: { party: 'google' },
      fault: { kind: 'status', status: 302, body: '', headers: { location: location() } },
    });
    await t.reconfigure({}); // forgets the provider's metadata
    await expect(t.signIn(t.device('phone'), 'ana', 'google')).rejects.toThrow();
    expect(heard).toEqual([]);
    const seen = await t.control.requests();
    expect(seen.filter(({ path }) => path === '/canary')).toEqual([]);
  });
});

test('T61 headers of Adobe that would speak for the gateway are dropped', async () => {
  const headers = {
    ...json,
    'set-cookie': 'session=evil',
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    server: 'evil/1.0',
    'content-security-policy': "default-src 'unsafe-inline'",
    'x-powered-by': 'evil',
  };
  await answerWith({ status: 200, body: '{"profiles":{}}', headers });
  const answer = await profiles();
  expect(answer.status).toBe(200);
  expect(JSON.stringify(answer.headers)).not.toMatch(/evil|unsafe-inline|access-control-allow/);
});

test('T61 headers beyond bounds are an error of Adobe’s', async () => {
  await answerWith({
    status: 200,
    body: '{"profiles":{}}',
    headers: { ...json, 'x-long': 'a'.repeat(60_000) },
  });
  expect((await profiles()).status).toBe(502);
});

describe('T62 an answer that is not what REST V2 documents is 502 and is not kept', () => {
  const profile = { notBefore: 1, notAfter: 2, issuer: 'x', type: 'regular', attributes: {} };
  test.each([
    ['HTML', '<html>'],
    ['nothing', ''],
    ['cut JSON', '{"profiles":{"Cablevision":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['profiles as a list', '{"profiles":[]}'],
    ['text for numbers', JSON.stringify({ profiles: { x: { ...profile, notAfter: 'tomorrow' } } })],
    ['a number no date can be', `{"profiles":{"x":${JSON.stringify(profile).replace(':2', ':1e400')}}}`],
  ])('%s', async (_what, body) => {
    await answerWith({ status: 200, body, headers: json });
    const answer = await profiles();
    expect(answer.status).toBe(502);
    expect(answer.body).toMatchObject({ status: 502, code: expect.stringMatching(/^gateway_/) });
    await t.control.clearFaults();
    expect((await profiles()).status).toBe(200);
  });

  test.each([
    [
      'goes on as it came',
      ' {"profiles": {},\r\n "x": [1.50, "\\/"]}',
      ' {"profiles": {},\r\n "x": [1.50, "\\/"]}',
    ],
    ['with a name twice is spelled by us', '{"profiles":{"x":1},"profiles":{}}', '{"profiles":{}}'],
    ['with a hidden name is spelled by us', '{"profiles":{},"\\u0078": 1e2}', '{"profiles":{},"x":100}'],
  ])('a body that is %s', async (_what, body, sent) => {
    await answerWith({ status: 200, body, headers: json });
    const { status, text, headers } = await profiles();
    expect([status, text, headers['content-type'], headers['content-length']]).toEqual([
      200,
      sent,
      'application/json;charset=UTF-8',
      String(sent.length),
    ]);
  });

  test('a key named __proto__ changes no object', async () => {
    const body =
      '{"profiles":{},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    await answerWith({ status: 200, body, headers: json });
    await profiles();
    expect({}).not.toHaveProperty('polluted');
  });
});

test.todo(
  'T59 configured addresses that lead to a private network: refused when connecting, by a name server of our own',
);
test.todo('T60 credentials go to no collector of traces: with the traces');
