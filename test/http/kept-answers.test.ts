import { once } from 'node:events';
import { createServer } from 'node:http';
import Koa from 'koa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { GatewayState } from '#src/http/context';
import { createKeptAnswers } from '#src/http/kept-answers';
import { createRequestContext, createRequestScope } from '#src/http/request-scope';
import { systemIds } from '#src/lib/ids';
import { sendLines } from '../support/raw-request.ts';

let foundation: object = {};
let made = 0;
let status = 200;

const app = new Koa<GatewayState>();
app.use(createRequestScope({ ids: systemIds }));
app.use(createKeptAnswers(new Map([['/kept', () => foundation]])));
app.use(createRequestContext({ tellsId: true }));
app.use((ctx) => {
  made += 1;
  ctx.status = status;
  ctx.set('Cache-Control', 'public, max-age=300');
  ctx.body = { made, origin: ctx.get('Origin') };
});
const server = createServer(app.callback());
let origin = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  foundation = {};
  made = 0;
  status = 200;
});

/** Status, headers and body without the date. */
const get = async (path = '/kept', ...headers: readonly string[]): Promise<string> => {
  const { text } = await sendLines(origin, [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers]);
  return text.replace(/Date: .*\r\n/, '');
};

/** Names are written as whoever sets them writes them. */
const parts = (answer: string): string[] => answer.toLowerCase().split('\r\n').sort();
const withoutId = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('x-request-id'));

test('is made once, and sent again as it was', async () => {
  const first = await get();
  expect(first).toContain('"made":1');
  expect(withoutId(parts(await get()))).toEqual(withoutId(parts(first)));
  expect(made).toBe(1);
});

test('is made again when what it rests on has changed, and not before', async () => {
  await get();
  await get();
  expect(made).toBe(1);
  foundation = {};
  expect(await get()).toContain('"made":2');
  expect(made).toBe(2);
});

test.each<[string, string, ...string[]]>([
  ['a query', '/kept?a=b'],
  ['another path', '/kept/'],
  ['an origin', '/kept', 'Origin: https://app.example'],
  ['a body', '/kept', 'Content-Length: 0'],
  ['a repeated header', '/kept', 'X-Device-Info: a', 'X-Device-Info: a'],
  ['a long list of languages', '/kept', `Accept-Language: ${'x'.repeat(2_100)}`],
])('%s takes the way of all requests', async (_what, path, ...headers) => {
  await get();
  await get(path, ...headers);
  expect(made).toBe(2);
});

test('HEAD takes it, too', async () => {
  await get();
  const { text } = await sendLines(origin, ['HEAD /kept HTTP/1.1', 'Host: localhost']);
  expect(text).toMatch(/\r\n\r\n$/);
  expect(made).toBe(2);
});

test('what is no success is not kept', async () => {
  status = 503;
  await get();
  status = 200;
  expect(await get()).toContain('"made":2');
});
