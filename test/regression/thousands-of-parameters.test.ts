import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** 14 KB that cost a parser 150 ms of CPU on every path that looked at its query. */
const flood = 'a=b&'.repeat(3_500);
const sixtyFive = Array.from({ length: 65 }, (_, index) => `p${index}=x`).join('&');

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const get = (path: string, query: string, accept = 'application/json') =>
  fetch(`${t.origin}${path}?${query}`, { headers: { accept }, redirect: 'manual' });
const post = (origin: string, path: string, body: string, accept = 'application/json') =>
  fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });

const pages = ['/auth', '/device', '/session/end', '/callback/dtc', '/interaction/abc', '/auth/abc'];

describe('a query is refused before it is parsed', () => {
  test.each(pages)('%s, with a page', async (path) => {
    for (const query of [flood, sixtyFive]) {
      const answer = await get(path, query, 'text/html');
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('text/html');
      expect(await answer.text()).toMatch(/field query.*at most (64 parameters|8192 characters)/);
    }
  });

  test.each(['/me', '/o/client/token'])('%s, with an OAuth error', async (path) => {
    const answer = await get(path, sixtyFive);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('at most 64 parameters'),
    });
  });

  test('/api, with an error of REST V2', async () => {
    const answer = await get('/api/v2/REF30/logout/Cablevision', sixtyFive);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'gateway_parameter_invalid',
      status: 400,
      message: expect.stringContaining('at most 64 parameters'),
    });
  });

  test('and on the admin listener', async () => {
    const answer = await fetch(`${t.adminOrigin}/revocations?${sixtyFive}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ field: 'query', detail: 'send at most 64 parameters' });
  });
});

describe('a form is refused before it is parsed', () => {
  test.each(['/token', '/token/revocation', '/device/auth', '/me', '/o/client/token'])('%s', async (path) => {
    for (const form of [flood, sixtyFive]) {
      const answer = await post(t.origin, path, form);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringMatching(/field form.*at most 64 parameters/),
      });
    }
  });

  test.each(['/device', '/session/end/confirm', '/interaction/abc/approve'])('%s', async (path) => {
    const answer = await post(t.origin, path, flood, 'text/html');
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/field form.*at most 64 parameters/);
  });

  test('and on the admin listener', async () => {
    const answer = await post(t.adminOrigin, '/service-tokens/introspect', flood);
    expect(answer.status).toBe(400);
  });

  test('also when its length is not known beforehand', async () => {
    const body = new Blob([flood.repeat(6)]).stream();
    const answer = await fetch(`${t.origin}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      duplex: 'half',
    });
    expect(answer.status).toBe(413);
  });
});

test.each(['accept', 'accept-language'])('a list of thousands of entries in %s is refused', async (name) => {
  const answer = await fetch(`${t.origin}/device`, { headers: { [name]: 'xx,'.repeat(4_000) } });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(name);
});

describe('what is within the limits arrives whole', () => {
  const filler = Array.from({ length: 61 }, (_, index) => `p${index}=x`).join('&');

  test('a query', async () => {
    expect((await get('/device', `${filler}&user_code=BCDF-GHJK`, 'text/html')).status).toBe(200);
  });

  test('a form, in one piece and in many', async () => {
    const form = `grant_type=refresh_token&client_id=ref30-tv&refresh_token=${'x'.repeat(20_000)}&${filler}`;
    expect(await (await post(t.origin, '/token', form)).json()).toMatchObject({ error: 'invalid_grant' });
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < form.length; at += 999)
          controller.enqueue(new TextEncoder().encode(form.slice(at, at + 999)));
        controller.close();
      },
    });
    const answer = await fetch(`${t.origin}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: pieces,
      duplex: 'half',
    });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  test.each(['', undefined])('an empty form (%s)', async (body) => {
    const answer = await fetch(`${t.origin}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      ...(body !== undefined && { body }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  test('an empty form without a length', async () => {
    const answer = await fetch(`${t.origin}/o/client/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new Blob([]).stream(),
      duplex: 'half',
    });
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });
});
