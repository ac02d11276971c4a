import { connect } from 'node:net';
import type { Device } from '@kinpass/simulator/client';
import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adminPaths } from '#src/http/paths';
import { reachedAdobe } from '../support/answers.ts';
import { sendLines } from '../support/raw-request.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;

beforeAll(async () => {
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

describe('T40 a request beyond bounds is refused, and nobody else notices', () => {
  const line = 'GET /api/v2/REF30/profiles HTTP/1.1';
  test.each<[string, readonly string[]]>([
    ['a header of 17 KB', [line, 'Host: localhost', `X-Long: ${'a'.repeat(17_000)}`]],
    [
      '2,001 headers',
      [line, 'Host: localhost', ...Array.from({ length: 2_001 }, (_, index) => `X-${index}: a`)],
    ],
    ['a URL of 1 MB', [`GET /api/v2/REF30/profiles?${'a'.repeat(1 << 20)} HTTP/1.1`, 'Host: localhost']],
    ['a bearer of 15 KB', [line, 'Host: localhost', `Authorization: Bearer ${'a'.repeat(15_000)}`]],
  ])('%s', async (_what, lines) => {
    const [refused, served] = await Promise.all([sendLines(t.origin, lines), tv.profiles()]);
    expect([400, 401, 414, 431]).toContain(refused.statuses[0]);
    expect(served.status).toBe(200);
  });
});

test('T41 thousands of idle, half-sent and never-read connections hold nobody up', async () => {
  const port = Number(new URL(t.origin).port);
  const sockets = Array.from({ length: 600 }, (_, index) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    if (index % 3 === 0) socket.write('GET /api/v2/REF30/profiles HTTP/1.1\r\nHost: loc');
    else if (index % 3 === 1)
      socket.write('POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\ngrant');
    else
      socket
        .pause()
        .write('GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20));
    return socket;
  });
  try {
    for (let call = 0; call < 5; call++) expect((await tv.call('/REF30/configuration')).status).toBe(200);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

describe('T43 what operators see is not on the public listener', () => {
  const paths = [
    // Each listener has a first page of its own.
    ...new Set(Object.values(adminPaths).flatMap(({ path }) => (path === '/' ? [] : [path]))),
    '/debug',
    '/admin',
    '/health',
    '/_control',
    '/status',
  ];
  test.each(paths)('%s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE'] as const) {
      const authorization = `Bearer ${tv.tokens?.accessToken}`;
      const answer = await request({ method, url: t.origin + path, headers: { authorization } });
      expect(answer.status).toBe(404);
    }
  });

  test('nor in what readiness tells without the token that a gateway has', async () => {
    const operator = { id: 'ops', token: 'a-token-of-an-operator-for-this-test', roles: ['read' as const] };
    await using guarded = await startGateway({ settings: { admin: { port: 0, tokens: [operator] } } });
    const { status, text } = await request({ url: `${guarded.adminOrigin}/readyz` });
    expect([status, JSON.parse(text)]).toEqual([200, { status: 'ok' }]);
  });

  test('and its listener serves no page that an operator visits', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      for (const path of ['/metrics', '/revocations', '/readyz'])
        expect((await request({ url: t.adminOrigin + path, headers })).status).toBe(403);
  });

  test('nor one that a name server has pointed at it', async () => {
    const lines = [
      'GET /revocations HTTP/1.1',
      `Host: evil.example:${new URL(t.adminOrigin).port}`,
      'Sec-Fetch-Site: same-origin',
    ];
    expect((await sendLines(t.adminOrigin, lines)).statuses[0]).toBeGreaterThanOrEqual(400);
  });
});

test('T44 an app reaches the service providers that it is registered for, and no others', async () => {
  const anonymous = t.device('tv', { id: 'forty-four' });
  await anonymous.register();
  for (const device of [tv, anonymous])
    for (const [path, status, code] of [
      ['/REF40/profiles', 401, 'invalid_access_token_service_provider'],
      ['/REF40/configuration', 401, 'invalid_access_token_service_provider'],
      ['/apasstest1/profiles', 401, 'invalid_access_token_service_provider'],
      ['/ref30/profiles', 400, 'invalid_parameter_service_provider'],
      ['/REF30x/profiles', 400, 'invalid_parameter_service_provider'],
    ] as const) {
      const answer = await device.call(path);
      expect([path, answer.status, answer.body['code']]).toEqual([path, status, code]);
    }
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});
