import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminPaths } from '#src/http/paths';
import { catalogue } from '#src/lib/errors';
import { advice } from '#src/lib/errors/entry';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const browsers = [
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'text/html',
];

const api = 'This address is for apps';

test.each([
  ['/nowhere', 404, 'This page does not exist'],
  ['//nowhere', 404, 'This page does not exist'],
  ['/api/v2/REF30/profiles', 401, api],
  ['/api/v2/nowhere', 404, api],
  ['/api/v2/REF30/sessions', 405, api],
  ['/api/v2/REF30/%70rofiles', 400, api],
  ['/o/client/token', 405, api],
  ['/token', 405, api],
  ['/me', 401, api],
  ['/device/auth', 405, api],
  ['/session/end/confirm', 405, 'This page cannot be opened directly'],
  [`/device?${'a=b&'.repeat(70)}`, 400, 'The app sent a request that we cannot process'],
  ['/errors/unknown', 404, 'This page does not exist'],
])('who opens %s in a browser reads a page that leads on', async (path, status, title) => {
  for (const accept of browsers) {
    const page = await t.browser().open(t.origin + path, { accept });
    expect([page.status, page.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(page.text).toContain(title);
    expect(String(page.headers['vary']).split(', ')).toEqual(
      expect.arrayContaining(['Accept', 'Accept-Language']),
    );
    const link = page.root.querySelector('a.button')?.getAttribute('href') ?? '';
    expect((await t.browser().open(new URL(link, t.origin))).status).toBe(200);
  }
});

const paths = ['/nowhere', '/api/v2/REF30/profiles', '/api/v2/nowhere', '/o/client/token', '/token', '/me'];

describe.each([
  ['no Accept', {}],
  ['*/*', { accept: '*/*' }],
  ['JSON', { accept: 'application/json' }],
] as const)('an app that asks for %s', (_name, headers) => {
  test.each(paths)('reads JSON from %s', async (path) => {
    const answer = await fetch(t.origin + path, { headers });
    expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
    // What is not stored needs no Vary; oidc-provider sets none there.
    if (path !== '/me') expect(answer.headers.get('vary')?.split(', ')).toContain('Accept');
    expect(await answer.json()).toEqual(expect.any(Object));
  });
});

test.each([
  ['GET', { authorization: 'Bearer x' }],
  ['GET', { 'ap-device-identifier': 'x' }],
  ['POST', {}],
] as const)('an app on Java asks for HTML by default, and reads JSON: %s %j', async (method, more) => {
  const accept = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
  for (const path of ['/api/v2/REF30/profiles', '/o/client/token', '/me']) {
    const { headers } = await request({ method, url: t.origin + path, headers: { accept, ...more } });
    expect([path, headers['content-type']]).toEqual([path, expect.stringMatching(/^application\/json/)]);
  }
});

test('the page of an error code says what it means and what to do', async () => {
  for (const [code, { title, action }] of Object.entries(catalogue)) {
    const page = await t.browser().open(`${t.origin}/errors/${code}`);
    expect([code, page.status, page.headers['content-language']]).toEqual([code, 200, 'en']);
    for (const text of [code, title, advice[action]]) expect(page.text).toContain(text);
  }
  const { body } = await request({ url: `${t.origin}/errors/gateway_not_found` });
  expect(body).toEqual({
    code: 'gateway_not_found',
    status: 404,
    title: catalogue.gateway_not_found.title,
    action: 'none',
  });
});

test('the admin listener has no pages; its first one lists its paths', async () => {
  const first = await request({ url: `${t.adminOrigin}/`, headers: { accept: 'text/html' } });
  const rows = Object.values(adminPaths).map(({ method, path }) => expect.objectContaining({ method, path }));
  expect(first.body).toEqual({ paths: rows });
  const { headers } = await request({ url: `${t.adminOrigin}/nowhere`, headers: { accept: 'text/html' } });
  expect(headers['content-type']).toBe('application/problem+json');
});
