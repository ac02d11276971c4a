import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { startGateway } from '../support/start-gateway.ts';

const lines = [
  'POST /api/v2/REF30/sessions HTTP/1.1',
  'Host: gateway',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Length: 1000',
  'Expect: 100-continue',
];

/** The head of a request, and the beginning of a body whose end never comes. Resolves when the gateway has seen it. */
const beginSlowly = async (origin: string, headers: Readonly<Record<string, string>>) => {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1').setEncoding('utf8');
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(`${[...lines, ...own].join('\r\n')}\r\n\r\nmvpd=`);
  expect((await once(socket, 'data'))[0]).toContain('100 Continue');
  return socket;
};

test('a client whose request bodies never end does not block others', async () => {
  await using t = await startGateway({ settings: { overload: { maxDelay: '1m', maxRunning: 10 } } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const slow = { ...tv.headers, authorization: `Bearer ${tv.tokens?.accessToken}` };
  const sockets = await Promise.all(Array.from({ length: 25 }, () => beginSlowly(t.origin, slow)));
  expect((await tv.profiles()).status).toBe(200);
  const metrics = async () => (await createAdminClient(t.adminOrigin).get('/metrics')).text;
  await expect.poll(metrics).toMatch(/kinpass_running_requests 0/);

  // Nor do those that are given up make room for more than the limit.
  await Promise.all(sockets.map((socket) => once(socket.destroy(), 'close')));
  for (let calls = 0; calls < 3; calls += 1) expect((await tv.profiles()).status).toBe(200);
  await expect.poll(metrics).toMatch(/kinpass_running_requests 0/);
});
