import { request } from '@kinpass/simulator/client';
import Koa from 'koa';
import { expect, test } from 'vitest';
import type { GatewayState } from '#src/http/context';
import { createAnswerError, createErrors } from '#src/http/errors';
import { createRequestContext, createRequestScope } from '#src/http/request-scope';
import { createRouting, type Route } from '#src/http/routing';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { serveApp } from '../support/serve-app.ts';

const row = (method: string, path: string): Route => ({
  method,
  path,
  handler: (ctx) => {
    ctx.body = { path, params: ctx.params, route: ctx.state.route };
  },
});

const rows = [
  { ...row('GET', '/'), route: 'home' },
  row('GET', '/a.b/c'),
  row('POST', '/a.b/c'),
  row('GET', '/v/first/{code}'),
  row('GET', '/v/{name}/{code}'),
  row('GET', '/v.x/{code}'),
  row('GET', '/tree/*'),
];

const app = new Koa<GatewayState>();
app.use(createRequestScope({ ids: systemIds }));
app.use(createRequestContext({ tellsId: false }));
const answerError = createAnswerError({ publicOrigin: 'https://sso.example' });
app.use(createErrors({ log: createLog('silent'), answerError }));
app.use(createRouting(rows).serve);
app.use((ctx) => {
  ctx.body = { path: 'nobody' };
});
const origin = serveApp(app);

test.each<[string, string, Record<string, string>]>([
  ['/', '/', {}],
  ['/a.b/c', '/a.b/c', {}],
  ['/a.b/c/', '/a.b/c', {}],
  ['/a.b/c?d=e', '/a.b/c', {}],
  ['/v/first/x', '/v/first/{code}', { code: 'x' }],
  ['/v/second/x', '/v/{name}/{code}', { name: 'second', code: 'x' }],
  ['/v/a%20b/%ZZ', '/v/{name}/{code}', { name: 'a b', code: '%ZZ' }],
  ['/v/second/x/', '/v/{name}/{code}', { name: 'second', code: 'x' }],
  ['/tree/', '/tree/*', {}],
  ['/tree/a//b/%ZZ?c', '/tree/*', {}],
])('%s is %s', async (path, expected, params) => {
  const { body } = await request({ url: origin() + path });
  expect(body).toEqual({ path: expected, params, route: path === '/' ? 'home' : 'other' });
});

test.each([
  '/axb/c',
  '/A.b/c',
  '/a.b/c//',
  '/a.b',
  '/v/second',
  '/v/a/b/c',
  '/v//x',
  '/v-x/y',
  '/tree',
  '/treetop/a',
])('%s is nobody', async (path) => {
  expect((await request({ url: origin() + path })).body).toEqual({ path: 'nobody' });
});

test.each([
  ['/a.b/c', 'GET, POST'],
  ['/v/first/x', 'GET'],
])('another method of %s is refused, and told %s', async (path, allow) => {
  const { status, headers } = await request({ method: 'PUT', url: origin() + path });
  expect([status, headers['allow']]).toEqual([405, allow]);
});

test('each method has its own handler', async () => {
  expect((await request({ method: 'POST', url: `${origin()}/a.b/c` })).status).toBe(200);
  expect((await fetch(`${origin()}/v/a/b`, { method: 'HEAD' })).status).toBe(200);
});
