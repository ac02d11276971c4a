import Koa from 'koa';
import { beforeEach, expect, test } from 'vitest';
import type { GatewayState } from '#src/http/context';
import { createRequestContext, createRequestScope } from '#src/http/request-scope';
import { createResponseCache } from '#src/http/response-cache';
import { systemIds } from '#src/lib/ids';
import { sendLines } from '../support/raw-request.ts';
import { serveApp } from '../support/serve-app.ts';

let source: object = {};
let made = 0;
let status = 200;

const app = new Koa<GatewayState>();
app.use(createRequestScope({ ids: systemIds }));
app.use(createResponseCache(new Map([['/cached', () => source]])));
app.use(createRequestContext({ tellsId: true }));
app.use((ctx) => {
  made += 1;
  ctx.status = status;
  ctx.set('Cache-Control', 'public, max-age=300');
  ctx.body = { made, origin: ctx.get('Origin') };
});
const origin = serveApp(app);
beforeEach(() => {
  source = {};
  made = 0;
  status = 200;
});

/** Status, headers and body without the date. */
const get = async (path = '/cached', ...headers: readonly string[]): Promise<string> => {
  const { text } = await sendLines(origin(), [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers]);
  return text.replace(/Date: .*\r\n/, '');
};

/** Names are written as whoever sets them writes them. */
const parts = (answer: string): string[] => answer.toLowerCase().split('\r\n').sort();
const withoutId = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('x-request-id'));

test('a response is made once, and sent again as it was', async () => {
  const first = await get();
  expect(first).toContain('"made":1');
  expect(withoutId(parts(await get()))).toEqual(withoutId(parts(first)));
  expect(made).toBe(1);
});

test('it is made again when its source has changed, and not before', async () => {
  await get();
  await get();
  expect(made).toBe(1);
  source = {};
  expect(await get()).toContain('"made":2');
  expect(made).toBe(2);
});

test.each<[string, string, ...string[]]>([
  ['a query', '/cached?a=b'],
  ['another path', '/cached/'],
  ['an origin', '/cached', 'Origin: https://app.example'],
  ['a body', '/cached', 'Content-Length: 0'],
  ['a repeated header', '/cached', 'X-Device-Info: a', 'X-Device-Info: a'],
  ['a long list of languages', '/cached', `Accept-Language: ${'x'.repeat(2_100)}`],
])('a request with %s is not answered from the cache', async (_what, path, ...headers) => {
  await get();
  await get(path, ...headers);
  expect(made).toBe(2);
});

test('HEAD is not answered from the cache', async () => {
  await get();
  const { text } = await sendLines(origin(), ['HEAD /cached HTTP/1.1', 'Host: localhost']);
  expect(text).toMatch(/\r\n\r\n$/);
  expect(made).toBe(2);
});

test('only successes are cached', async () => {
  status = 503;
  await get();
  status = 200;
  expect(await get()).toContain('"made":2');
});
