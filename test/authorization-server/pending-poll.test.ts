import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import { countCalls } from '../support/counted-stores.ts';
import { approveDevice, type Stage, startStage } from './stage.ts';

const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };

const formOf = (device: Record<string, string>, more: Record<string, string> = {}) =>
  new URLSearchParams({ grant_type, device_code: device['device_code'] ?? '', client_id: 'tv', ...more });

const send = async (stage: Stage, init: RequestInit) => {
  const answer = await fetch(`${stage.origin}/token`, { method: 'POST', headers, ...init });
  const { date: _, ...rest } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers: rest, body: await answer.text() };
};

/** An unknown parameter is ignored (RFC 6749 §3.2), but such a request goes to oidc-provider. */
const unusual = { unknown: 'parameter' };

test.for([
  { waits: 0, error: 'authorization_pending' },
  { waits: 1_000, error: 'slow_down' },
])(
  'a usual poll is answered with $error as oidc-provider answers an unusual one',
  async ({ waits, error }) => {
    await using stage = await startStage();
    const [one, other] = [await stage.startDevice(), await stage.startDevice()];
    if (waits > 0) {
      for (const device of [one, other]) await send(stage, { body: formOf(device) });
      await stage.clock.advance(waits);
    }
    const usual = await send(stage, { body: formOf(one) });
    expect(usual).toEqual(await send(stage, { body: formOf(other, unusual) }));
    expect(usual).toMatchObject({ status: 400, body: expect.stringContaining(`"error":"${error}"`) });
  },
);

test('a usual poll and an unusual one count for each other', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  await send(stage, { body: formOf(device) });
  const { body } = await send(stage, { body: formOf(device, unusual) });
  expect(body).toContain('slow_down');
});

test('a pending poll reads the code once, and writes nothing', async () => {
  const counted = countCalls(createMemoryStores());
  await using stage = await startStage({ stores: counted.stores });
  const device = await stage.startDevice();
  counted.take();
  await send(stage, { body: formOf(device) });
  expect(counted.take()).toEqual({ 'callers.byIssue': 1 });
});

test('what is no pending poll of an app is answered by oidc-provider, with its whole body', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  const errorOf = async (init: RequestInit) => JSON.parse((await send(stage, init)).body).error;
  expect(await errorOf({ body: formOf(device, { client_id: 'web' }) })).toBe('invalid_grant');
  expect(await errorOf({ body: formOf(device, { client_id: 'nobody' }) })).toBe('invalid_client');
  expect(await errorOf({ body: formOf(device, { client_id: 'instance' }) })).toBe('invalid_client');
  expect(await errorOf({ body: formOf({ device_code: 'unknown' }) })).toBe('invalid_grant');
  expect(await errorOf({ body: `${formOf(device)}&client_id=web` })).toBe('invalid_request');
  const basic = { ...headers, Authorization: `Basic ${btoa('tv:secret')}` };
  expect(await errorOf({ body: formOf(device), headers: basic })).toBe('invalid_client');
  const json = { ...headers, 'Content-Type': 'application/json' };
  expect(await errorOf({ body: formOf(device).toString(), headers: json })).toBe('invalid_request');
  await stage.clock.advance(601_000);
  expect(await errorOf({ body: formOf(device) })).toBe('expired_token');
});

test('under overload a poll gets slow_down without a lookup, and nothing is recorded about the device', async () => {
  let overloaded = true;
  const counted = countCalls(createMemoryStores());
  await using stage = await startStage({ stores: counted.stores, overloaded: () => overloaded });
  const device = await stage.startDevice();
  counted.take();
  expect(await send(stage, { body: formOf(device) })).toMatchObject({
    status: 400,
    body: expect.stringContaining('slow_down'),
  });
  expect(counted.take()).toEqual({});
  overloaded = false;
  const { body } = await send(stage, { body: formOf(device) });
  expect(body).toContain('authorization_pending');
});

test('a registered instance proves who it is with each poll', async () => {
  await using stage = await startStage();
  const basic = { Authorization: `Basic ${btoa(`instance:${stage.secret}`)}` };
  const { body: device } = await stage.post('/device/auth', { scope: 'openid' }, basic);
  const own = formOf(device, { client_id: 'instance' });
  expect(await send(stage, { body: own })).toMatchObject({
    status: 401,
    body: expect.stringContaining('invalid_client'),
  });
  const { body } = await send(stage, { body: own, headers: { ...headers, ...basic } });
  expect(body).toContain('authorization_pending');
});

test('an approved device gets its tokens', async () => {
  await using stage = await startStage();
  const { status, body } = await send(stage, { body: formOf(await approveDevice(stage)) });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ token_type: 'Bearer' });
});

test('a body in pieces is waited for', async () => {
  await using stage = await startStage();
  const body = formOf(await stage.startDevice()).toString();
  const { port } = new URL(stage.origin);
  const socket = connect(Number(port), '127.0.0.1');
  const lines = [
    'POST /token HTTP/1.1',
    'Host: gateway',
    `Content-Type: ${headers['Content-Type']}`,
    `Content-Length: ${body.length}`,
    'Expect: 100-continue',
    'Connection: close',
  ];
  socket.setEncoding('utf8').write(`${lines.join('\r\n')}\r\n\r\n${body.slice(0, 50)}`);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  // 100 Continue: the server has seen the head, and with it the first piece.
  await once(socket, 'data');
  socket.write(body.slice(50));
  await once(socket, 'close');
  expect(text).toContain('authorization_pending');
});

test('two polls go over one connection, one after the other', async () => {
  await using stage = await startStage();
  const body = formOf(await stage.startDevice()).toString();
  const head = `POST /token HTTP/1.1\r\nHost: gateway\r\nContent-Type: ${headers['Content-Type']}\r\nContent-Length: ${body.length}`;
  const socket = connect(Number(new URL(stage.origin).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  socket.write(`${head}\r\n\r\n${body}${head}\r\nConnection: close\r\n\r\n${body}`);
  await once(socket, 'close');
  expect(text.match(/authorization_pending|slow_down/g)).toEqual(['authorization_pending', 'slow_down']);
});
