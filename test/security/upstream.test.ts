import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Device } from '@kinpass/simulator/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
    const answer = await tv.profiles();
    expect(answer.status).toBe(502);
    expect(answer.headers).not.toHaveProperty('location');
    expect(heard).toEqual([]);
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
  const answer = await tv.profiles();
  expect(answer.status).toBe(200);
  expect(JSON.stringify(answer.headers)).not.toMatch(/evil|unsafe-inline|access-control-allow/);
});

test('T61 headers beyond bounds are an error of Adobe’s', async () => {
  await answerWith({
    status: 200,
    body: '{"profiles":{}}',
    headers: { ...json, 'x-long': 'a'.repeat(60_000) },
  });
  expect((await tv.profiles()).status).toBe(502);
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
    const answer = await tv.profiles();
    expect(answer.status).toBe(502);
    expect(answer.body).toMatchObject({ status: 502, code: expect.stringMatching(/^gateway_/) });
    await t.control.clearFaults();
    expect((await tv.profiles()).status).toBe(200);
  });

  test('a key named __proto__ changes no object', async () => {
    const body =
      '{"profiles":{},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    await answerWith({ status: 200, body, headers: json });
    await tv.profiles();
    expect({}).not.toHaveProperty('polluted');
  });
});
