import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { slug } from '#src/config/values';
import type { Operation } from '#src/rest-v2/operation';
import { operationTable } from '#src/rest-v2/operations';
import { openApiDocument } from '../../tools/openapi-document.ts';
import { sentHeaders } from '../adobe-pass/sent-headers.ts';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** An operation that Adobe does not have. Everything below follows from this row. */
const rateShow: Operation = {
  name: 'rateShow',
  route: 'shows.rate',
  method: 'POST',
  path: '/api/v2/{serviceProvider}/shows/{show}/rating/{mvpd}',
  parameters: { show: slug },
  caller: 'viewer',
  headers: ['authorization', 'content-type', 'ap-device-identifier', 'ad-service-token', 'accept'],
  query: z.object({ season: z.coerce.number().int().optional() }),
  body: {
    contentType: 'application/x-www-form-urlencoded',
    shape: z.object({ stars: z.enum(['1', '2', '3']) }),
  },
  answer: z.looseObject({ rated: z.boolean() }),
  summary: 'Rate a show',
};

const path = '/api/v2/REF30/shows/news/rating/Cablevision';

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway({
    overrides: { operations: [...operationTable, rateShow] },
    unchecked: /\/shows\//,
  });
  tv = await t.signIn(t.device('tv'), 'ana');
  const fault = { kind: 'status', status: 200, body: { rated: true } };
  await t.control.fault({ match: { party: 'adobe', path }, fault });
});
afterAll(() => t[Symbol.asyncDispose]());

const rate = (form: Record<string, string>, where = '/REF30/shows/news/rating/Cablevision') =>
  tv.call(where, { method: 'POST', form });

test('the route forwards the call with what the row lists, and a service token', async () => {
  await t.control.clearRequests();
  const answer = await rate(
    { stars: '3', unheardOf: 'x' },
    '/REF30/shows/news/rating/Cablevision?season=2&x=y',
  );
  expect(answer).toMatchObject({ status: 200, body: { rated: true } });
  const [sent] = reachedAdobe(await t.control.requests()).filter((request) => request.path === path);
  expect(sent).toMatchObject({
    method: 'POST',
    query: { season: '2' },
    body: 'stars=3',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'ap-device-identifier': expect.stringContaining('fingerprint '),
    },
    serviceToken: { verified: true },
  });
});

test.each([
  ['a path parameter', 'show', () => rate({ stars: '3' }, '/REF30/shows/n.w/rating/Cablevision')],
  ['the query', 'season', () => rate({ stars: '3' }, '/REF30/shows/news/rating/Cablevision?season=x')],
  ['the body', 'stars', () => rate({ stars: '9' })],
])('%s is checked against the shape of the row', async (_what, field, call) => {
  const { status, body } = await call();
  expect([status, body['code']]).toEqual([400, 'gateway_parameter_invalid']);
  expect(body['message']).toContain(field);
});

test('the row says who may call', async () => {
  const headers = { authorization: `Bearer ${tv.tokens?.accessToken}` };
  const answer = await fetch(`${t.origin}${path}`, { method: 'POST', headers });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 'invalid_header_device_identifier' });
});

test('another method is answered 405 with the one of the row', async () => {
  const answer = await tv.call('/REF30/shows/news/rating/Cablevision');
  expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
});

test('metrics have the names of the row', async () => {
  await rate({ stars: '1' });
  const metrics = await (await fetch(`${t.adminOrigin}/metrics`)).text();
  expect(metrics).toContain('route="shows.rate"');
  expect(metrics).toContain('operation="rateShow"');
});

test.each([
  [true, rateShow.headers],
  [false, [...rateShow.headers, 'x-device-info']],
] as const)('the header matrix has its row, strict: %s', async (strict, headers) => {
  const input = { parameters: { show: 'news', mvpd: 'Cablevision' }, body: { stars: '1' } };
  expect(await sentHeaders(rateShow, input, strict)).toEqual([...headers].sort());
});

test('OpenAPI describes it', () => {
  const { paths } = JSON.parse(openApiDocument([...operationTable, rateShow]));
  const described = paths[rateShow.path].post;
  expect(described).toMatchObject({
    operationId: 'rateShow',
    summary: 'Rate a show',
    security: [{ bearer: [] }],
    requestBody: {
      content: { 'application/x-www-form-urlencoded': { schema: { required: ['stars'] } } },
    },
  });
  expect(described.parameters.map(({ name }: { name: string }) => name)).toEqual([
    'serviceProvider',
    'show',
    'mvpd',
    'season',
    'ap-device-identifier',
  ]);
});
