import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProviderFetch } from '#src/identity/http';
import { json, startServer } from './scripted-op.ts';

let server: Awaited<ReturnType<typeof startServer>>;
beforeEach(async () => {
  server = await startServer({});
});
afterEach(() => server[Symbol.asyncDispose]());

const fetch = createProviderFetch({ insecureHttp: true, maxBody: 10_000 });
const get = (path: string, signal?: AbortSignal) =>
  fetch(server.origin + path, { method: 'GET', headers: {}, signal });

const unavailable = { code: 'identity_provider_unavailable' };

test('answers arrive whole, whatever their status', async () => {
  server.routes['/teapot'] = json({ tea: true }, 418);
  const response = await get('/teapot');
  expect(response.status).toBe(418);
  expect(await response.json()).toEqual({ tea: true });
});

test('a form arrives as it was sent, with its type', async () => {
  server.routes['/form'] = (request, response, body) =>
    json([request.headers['content-type'], body])(request, response, body);
  const type = 'application/x-www-form-urlencoded';
  const body = new URLSearchParams({ a: 'b c' });
  const response = await fetch(`${server.origin}/form`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  expect(await response.json()).toEqual([type, 'a=b+c']);
});

test('a redirect is not followed', async () => {
  server.routes['/here'] = (_, response) => void response.writeHead(302, { location: '/there' }).end();
  expect((await get('/here')).status).toBe(302);
  expect(server.times('/there')).toBe(0);
});

test('an error is not asked about twice', async () => {
  server.routes['/busy'] = (_, response) => void response.writeHead(503, { 'retry-after': '0' }).end();
  expect((await get('/busy')).status).toBe(503);
  expect(server.times('/busy')).toBe(1);
});

describe('unavailable is a provider', () => {
  test('whose answer is too large, however it comes', async () => {
    server.routes['/large'] = json('x'.repeat(10_001));
    server.routes['/endless'] = (_, response) => {
      const more = () =>
        void (response.writable && response.write('x'.repeat(1_000), () => setImmediate(more)));
      response.writeHead(200);
      more();
    };
    await expect(get('/large')).rejects.toMatchObject(unavailable);
    await expect(get('/endless')).rejects.toMatchObject({
      ...unavailable,
      detail: expect.stringContaining('too large'),
    });
  });

  test('whose answer would have to be unpacked', async () => {
    server.routes['/bomb'] = (request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000)));
    };
    await expect(get('/bomb')).rejects.toMatchObject({
      ...unavailable,
      detail: expect.stringContaining('content-encoding'),
    });
  });

  test('whose answer ends before its length', async () => {
    server.routes['/cut'] = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy());
    };
    await expect(get('/cut')).rejects.toMatchObject(unavailable);
  });

  test('who hangs up, or is not there', async () => {
    server.routes['/reset'] = (request) => void request.socket.destroy();
    await expect(get('/reset')).rejects.toMatchObject(unavailable);
    const nowhere = fetch('http://127.0.0.1:1/', { method: 'GET', headers: {} });
    await expect(nowhere).rejects.toMatchObject({
      ...unavailable,
      detail: 'http://127.0.0.1:1: ECONNREFUSED',
    });
  });
});

test('a caller who goes gets its own reason', async () => {
  const gone = new AbortController();
  server.routes['/hang'] = () => gone.abort(new Error('gone'));
  await expect(get('/hang', gone.signal)).rejects.toThrow('gone');
});

test.each(['http://127.0.0.1:1/', 'ftp://127.0.0.1/', 'file:///etc/passwd'])(
  '%s is not asked',
  async (url) => {
    const strict = createProviderFetch({ insecureHttp: false });
    await expect(strict(url, { method: 'GET', headers: {} })).rejects.toMatchObject({
      code: 'identity_provider_misconfigured',
    });
  },
);

test('no error holds the query of the URL', async () => {
  server.routes['/reset'] = (request) => void request.socket.destroy();
  const error: unknown = await get('/reset?access_token=secret').catch((thrown: unknown) => thrown);
  expect(error).not.toHaveProperty('cause');
  expect(String(Reflect.get(Object(error), 'detail'))).not.toContain('secret');
});
