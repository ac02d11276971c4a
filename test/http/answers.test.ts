import { once } from 'node:events';
import { Agent, createServer, request as open } from 'node:http';
import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { adminPaths, authorizationServerPaths, type PathRow, publicPaths } from '#src/http/paths';
import { createLog } from '#src/observability/logger';
import { operationTable } from '#src/rest-v2/operations';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { sendLines } from '../support/raw-request.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** What a client and the log are told of one request. */
interface Exchange {
  readonly title: string;
  readonly lines: readonly string[];
}

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Callers who are not known cannot be found while `broken` is set. */
const breakable = () => {
  const stores = createMemoryStores();
  const state = { broken: false };
  const byAccessToken: Stores['callers']['byAccessToken'] = (...asked) =>
    state.broken ? Promise.reject(new Error('the disk is gone')) : stores.callers.byAccessToken(...asked);
  return { state, stores: { ...stores, callers: { ...stores.callers, byAccessToken } } as Stores };
};

const { state, stores } = breakable();
const logged: string[] = [];
const log = createLog('info', { write: (line: string) => void logged.push(line) });

let t: TestWorld;
let app: Device;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  t = await startGateway({ overrides: { stores, log } });
  app = t.device('laptop');
  await app.register();
  expect((await app.profiles()).status).toBe(200);
});
afterAll(async () => {
  agent.destroy();
  await t[Symbol.asyncDispose]();
});

/** What differs from run to run. */
const volatile: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '(uuid)'],
  [/"[^"]*"(?=$)/g, '"(tag)"'],
  [/(?:127\.0\.0\.1|localhost):\d{5}/g, '(origin)'],
  [/(?<=^(date|last-modified|expires): ).*/g, '(time)'],
  [/(?<=nonce-)[\w+/=-]+/g, '(nonce)'],
  [/(?<=\/assets\/)[\w-]+/g, '(hash)'],
  [/(?<=^content-length: )[1-9]\d*/g, '(size)'],
  [/sha256-[\w+/=]+/g, '(hash)'],
  [/(?<=^set-cookie: [\w.-]+=)[^;]*/g, '(value)'],
  [/(?<=expires=)[^;]*/g, '(time)'],
];

const steady = (line: string): string =>
  volatile.reduce((text, [pattern, name]) => text.replace(pattern, name), line);

/** On every answer, so that only its absence is recorded. */
const usual = [
  'connection: keep-alive',
  'date: (time)',
  'keep-alive: timeout=75',
  'x-content-type-options: nosniff',
  'x-request-id: (uuid)',
];

/** Names and values as they came, sorted. */
const headerLines = (raw: readonly string[]): string[] => {
  const lines = raw.flatMap((name, index) =>
    index % 2 === 0 ? [steady(`${name.toLowerCase()}: ${raw[index + 1]}`)] : [],
  );
  const missing = usual.filter((line) => !lines.includes(line)).map((line) => `(without ${line})`);
  const shown = lines.filter((line) => !usual.includes(line));
  return [...shown.sort(), ...missing];
};

/** The access log's line about the last request: what it says, without what differs. */
const logLine = async (): Promise<string> => {
  await expect.poll(() => logged.some((line) => line.includes('"msg":"request"'))).toBe(true);
  const line = logged.findLast((candidate) => candidate.includes('"msg":"request"')) ?? '{}';
  const { time: _time, ms: _ms, msg: _msg, requestId: _id, ...rest } = JSON.parse(line);
  return JSON.stringify(rest).replace(/"instance":"[^"]+"/, '"instance":"(id)"');
};

const exchange = (origin: string, { method = 'GET', path, headers = {}, body }: Asked): Promise<string[]> =>
  new Promise((resolve, reject) => {
    logged.length = 0;
    const sent = open(origin + path, { method, headers, agent }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve([String(answer.statusCode), ...headerLines(answer.rawHeaders)]));
    });
    sent.once('error', reject).end(body);
  });

const record = async (asked: Asked): Promise<Exchange> => {
  const lines = await exchange(t.origin, asked);
  const { method = 'GET', path, headers = {} } = asked;
  const shown = Object.entries(headers).filter(([name, value]) => bearer()[name] !== value);
  const title = steady(`${method} ${path} ${JSON.stringify(Object.fromEntries(shown))}`.slice(0, 200));
  return { title, lines: [...lines, await logLine()] };
};

const inTurn = async <T>(all: readonly T[], each: (one: T) => Promise<Exchange>): Promise<Exchange[]> => {
  const done: Exchange[] = [];
  for (const one of all) done.push(await each(one));
  return done;
};

const textOf = (exchanges: readonly Exchange[]): string =>
  exchanges
    .map(({ title, lines }) => `${title}\n${lines.map((line) => `    ${line}\n`).join('')}`)
    .join('\n');

const samples: Readonly<Record<string, string>> = {
  serviceProvider: 'REF30',
  mvpd: 'Cablevision',
  code: '8ER640M',
  provider: 'dtc',
  interaction: 'abc',
};
const sampleOf = ({ path }: PathRow): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => samples[name] ?? name);
const publicRows: readonly PathRow[] = [
  ...operationTable,
  ...Object.values(publicPaths),
  ...authorizationServerPaths,
];

/** An origin of the app's own. */
const ownOrigin = () => new URL(app.app.redirectUris[0] ?? '').origin;
const bearer = (): Readonly<Record<string, string>> => ({
  ...app.headers,
  authorization: `Bearer ${app.tokens?.accessToken}`,
});
const profiles = '/api/v2/REF30/profiles';
const authorize = '/api/v2/REF30/decisions/authorize/Cablevision';
const stranger = () => ({ ...bearer(), authorization: `Bearer ${'s'.repeat(43)}` });

const jwks = '/.well-known/service-token-jwks.json';
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const preflight = {
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'authorization',
};

test('every path, method and origin', async () => {
  const paths = [
    ...new Set(publicRows.map(sampleOf)),
    '/errors/gateway_not_found',
    '/nowhere',
    '/api/v2/nowhere/at/all/x',
  ];
  const asked = paths.flatMap((path): Asked[] => [
    ...['GET', 'HEAD', 'POST', 'OPTIONS'].map((method) => ({ method, path })),
    { path, headers: { accept: 'text/html' } },
    { path, headers: { origin: 'https://elsewhere.example' } },
  ]);
  await expect(textOf(await inTurn(asked, record))).toMatchFileSnapshot('answers/paths.txt');
});

test('answers and refusals of each status', async () => {
  const long = 'a'.repeat(70_000);
  const asked: Asked[] = [
    { path: profiles, headers: bearer() },
    { path: `${profiles}/`, headers: bearer() },
    { path: profiles, headers: { ...bearer(), origin: ownOrigin() } },
    { path: profiles, headers: { ...bearer(), origin: 'https://elsewhere.example' } },
    { path: profiles, headers: { ...bearer(), 'x-device-info': 'connectionIp' } },
    { path: profiles, headers: { ...bearer(), 'ap-device-identifier': 'fingerprint' } },
    { path: profiles, headers: { ...bearer(), authorization: 'Bearer nobody' } },
    { path: profiles, headers: { ...bearer(), authorization: 'Basic abc' } },
    { path: '/api/v2/REF30/configuration', headers: bearer() },
    { path: '/api/v2/REF40/configuration', headers: bearer() },
    { path: '/api/v2/REF%2030/profiles', headers: bearer() },
    { path: '/api/v2//profiles', headers: bearer() },
    { path: '/api/v2/../profiles', headers: bearer() },
    { method: 'HEAD', path: profiles, headers: bearer() },
    { method: 'POST', path: authorize, headers: { ...bearer(), ...json }, body: '{"resources":["REF30"]}' },
    { method: 'POST', path: authorize, headers: { ...bearer(), ...json }, body: '{"resources":' },
    { method: 'POST', path: authorize, headers: { ...bearer(), 'content-type': 'text/plain' }, body: '{}' },
    { method: 'POST', path: authorize, headers: { ...bearer(), ...json }, body: `"${long}"` },
    { method: 'POST', path: '/token', headers: form, body: `a=${long}` },
    { method: 'POST', path: '/token', headers: form, body: 'a=1&'.repeat(65) },
    { method: 'POST', path: '/token', headers: form, body: 'grant_type=refresh_token' },
    { method: 'POST', path: '/o/client/token', headers: form, body: 'grant_type=password' },
    { method: 'POST', path: '/o/client/register', headers: json, body: '{"software_statement":"no"}' },
    { method: 'OPTIONS', path: profiles, headers: { ...preflight, origin: ownOrigin() } },
    { method: 'OPTIONS', path: profiles, headers: { ...preflight, origin: 'https://elsewhere.example' } },
    { method: 'OPTIONS', path: profiles, headers: { origin: ownOrigin() } },
    { method: 'OPTIONS', path: jwks, headers: { ...preflight, origin: ownOrigin() } },
    { path: jwks, headers: { origin: ownOrigin() } },
    { path: jwks, headers: { 'if-none-match': '"abc"' } },
    { path: `${jwks}/` },
    { path: `${jwks}?a=b` },
    { path: '/.well-known/Service-Token-Jwks.json' },
    { path: '/.well-known/openid-configuration', headers: { origin: ownOrigin() } },
    { path: '/jwks', headers: { origin: ownOrigin() } },
    { path: jwks, headers: { 'accept-language': 'x'.repeat(3_000) } },
    { path: `/jwks?${'a&'.repeat(65)}` },
    { path: `/jwks?${long.slice(0, 9_000)}` },
    { path: '/v1/probe/0d9a1b1c-0f7a-4a3e-9a43-5b6b6f0c8a11', headers: { 'x-forwarded-for': '203.0.113.9' } },
    { path: '//jwks' },
  ];
  await expect(textOf(await inTurn(asked, record))).toMatchFileSnapshot('answers/statuses.txt');
});

test('a fault of ours', async () => {
  state.broken = true;
  try {
    const asked = [
      { path: profiles, headers: stranger() },
      { path: profiles, headers: { ...stranger(), accept: 'text/html' } },
    ];
    await expect(textOf(await inTurn(asked, record))).toMatchFileSnapshot('answers/faults.txt');
  } finally {
    state.broken = false;
  }
});

test('the admin listener', async () => {
  const paths = [...new Set(Object.values(adminPaths).map(sampleOf)), '/nowhere'];
  const asked = paths.flatMap((path): Asked[] =>
    ['GET', 'HEAD', 'PUT', 'OPTIONS'].map((method) => ({ method, path })),
  );
  const silent = async (one: Asked): Promise<Exchange> => ({
    title: `${one.method} ${one.path}`,
    lines: await exchange(t.adminOrigin, one),
  });
  const shown = textOf(await inTurn(asked, silent));
  await expect(shown).toMatchFileSnapshot('answers/admin.txt');
});

/** Head of what came back, sorted. */
const raw = async (lines: readonly string[]): Promise<Exchange> => {
  const { text } = await sendLines(t.origin, lines);
  const [status = '', ...headers] = (text.split('\r\n\r\n')[0] ?? '').split('\r\n');
  const pairs = headers.flatMap((line) => line.split(/: (.*)/s).slice(0, 2));
  return { title: lines.join(' | '), lines: [status, ...headerLines(pairs)] };
};

test('what no client library sends', async () => {
  const host = 'Host: localhost';
  const asked = [
    [`GET ${jwks} HTTP/1.1`, host, 'X-Device-Info: e30', 'x-device-info: e30'],
    [`GET ${jwks} HTTP/1.1`, host, 'Authorization: Bearer a', 'Authorization: Bearer b'],
    [`GET http://elsewhere.example${jwks} HTTP/1.1`, host],
    ['OPTIONS * HTTP/1.1', host],
    [`GET ${jwks} HTTP/1.0`],
    [`GET ${jwks} HTTP/1.1`, 'X-Forwarded-Host: elsewhere.example', 'X-Forwarded-Proto: https', host],
    [`BREW ${jwks} HTTP/1.1`, host],
    [`PURGE ${jwks} HTTP/1.1`, host],
  ];
  await expect(textOf(await inTurn(asked, raw))).toMatchFileSnapshot('answers/raw.txt');
});

test('a public origin with https', async () => {
  const gateway = await createGateway(parseConfig({ ...t.settings, publicOrigin: 'https://sso.example' }));
  const server = createServer({ keepAliveTimeout: 75_000 }, gateway.app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const silent = async (path: string): Promise<Exchange> => ({
    title: path,
    lines: await exchange(`http://127.0.0.1:${port}`, { path }),
  });
  try {
    const asked = [jwks, '/jwks', profiles, '/nowhere', '/device'];
    await expect(textOf(await inTurn(asked, silent))).toMatchFileSnapshot('answers/https.txt');
  } finally {
    server.closeAllConnections();
    server.close();
    await gateway.close();
  }
});

test('what was asked on a kept connection is counted by route and status', async () => {
  const { text } = await request({ url: `${t.adminOrigin}/metrics` });
  const counts = text.split('\n').filter((line) => /^kinpass_http_request_duration_seconds_count/.test(line));
  await expect(`${counts.sort().join('\n')}\n`).toMatchFileSnapshot('answers/metrics.txt');
});
