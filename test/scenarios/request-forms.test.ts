import { request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** The newest call of an operation that reached Adobe. */
const lastAt = async (t: TestWorld, operation: string) =>
  reachedAdobe(await t.control.requests()).findLast((sent) => sent.operation === operation);

describe.each(['asSent', 'always'] as const)('the charset of decisions, %s', (decisionCharset) => {
  test.each([
    ['application/json', decisionCharset === 'always'],
    ['application/json;charset=utf-8', true],
    ['Application/JSON; charset="UTF-8"', true],
  ])('%s', async (contentType, hasCharset) => {
    await using t = await startGateway({ settings: { adobe: { decisionCharset } } });
    const tv = await t.signIn(t.device('tv'), 'ana');
    const { status } = await tv.call('/REF30/decisions/authorize/Cablevision', {
      method: 'POST',
      headers: { 'content-type': contentType },
      json: { resources: ['REF30'] },
    });
    expect(status).toBe(200);
    const sent = await lastAt(t, 'decisions.authorize');
    expect(sent?.headers['content-type']).toBe(`application/json${hasCharset ? ';charset=utf-8' : ''}`);
  });
});

test('a form may name its charset', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
  const form = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
  expect((await tv.call('/REF30/sessions', { method: 'POST', headers, form })).status).toBe(200);
  const sent = await lastAt(t, 'sessions.create');
  expect(sent?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=utf-8');
  expect(sent?.body).toBe(new URLSearchParams(form).toString());
});

test('a POST without a body is one without parameters', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  const session = await tv.call('/REF30/sessions', { method: 'POST' });
  expect([session.status, session.body['actionName']]).toEqual([200, 'resume']);
  const decision = await tv.call('/REF30/decisions/authorize/Cablevision', { method: 'POST' });
  expect([decision.status, decision.body['message']]).toEqual([400, expect.stringContaining('resources')]);
});

describe('a client token', () => {
  const registered = async (t: TestWorld) => {
    const json = { software_statement: t.device('tv').app.softwareStatement };
    const { body } = await request({ method: 'POST', url: `${t.origin}/o/client/register`, json });
    return {
      client_id: String(body['client_id']),
      client_secret: String(body['client_secret']),
      grant_type: 'client_credentials',
    };
  };

  test('is given for a query without a body', async () => {
    await using t = await startGateway();
    const query = new URLSearchParams(await registered(t));
    const { status, body } = await request({ method: 'POST', url: `${t.origin}/o/client/token?${query}` });
    expect([status, body['token_type']]).toEqual([201, 'bearer']);
  });

  test('is refused by the name of what the query lacks or repeats', async () => {
    await using t = await startGateway();
    const { client_secret: _, ...rest } = await registered(t);
    const ask = (query: string) => request({ method: 'POST', url: `${t.origin}/o/client/token?${query}` });
    const lacking = await ask(String(new URLSearchParams(rest)));
    expect([lacking.status, lacking.body['error']]).toEqual([400, 'invalid_request']);
    expect(lacking.body['error_description']).toContain('client_secret');
    expect((await ask('client_id=a&client_id=b')).body['error_description']).toContain('client_id');
  });

  test('is given for the form alone where there is one', async () => {
    await using t = await startGateway();
    const form = await registered(t);
    const url = `${t.origin}/o/client/token?grant_type=password`;
    expect((await request({ method: 'POST', url, form })).status).toBe(201);
  });
});

test('configuration takes a profile', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  await tv.call('/REF30/configuration?profile=a%26b&unlisted=x');
  expect((await lastAt(t, 'configuration.get'))?.query).toEqual({ profile: 'a&b' });
});

test('paths as in Adobe’s samples reach Adobe as the reference has them', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  const { body } = await tv.createSession({ mvpd: 'Cablevision' });
  const code = String(body['code']);
  expect((await tv.call(`/sessions/REF30/${code}`)).status).toBe(200);
  expect((await lastAt(t, 'sessions.get'))?.path).toBe(`/api/v2/REF30/sessions/${code}`);
  expect((await tv.call('/logout/REF30/Dish?redirectUrl=https%3A%2F%2Fadobe.com')).status).toBe(200);
  expect((await lastAt(t, 'logout'))?.path).toBe('/api/v2/REF30/logout/Dish');
});

test.each(['scopes', 'validate'])('/o/client/%s, which Adobe does not describe, is unknown', async (name) => {
  await using t = await startGateway();
  for (const method of ['GET', 'POST'] as const)
    expect((await request({ method, url: `${t.origin}/o/client/${name}` })).status).toBe(404);
});

describe('headers of apps in browsers', () => {
  const preflight = async (t: TestWorld): Promise<string[]> => {
    const headers = { origin: 'http://localhost:8090', 'access-control-request-method': 'GET' };
    const url = `${t.origin}/api/v2/REF30/profiles`;
    const answer = await fetch(url, { method: 'OPTIONS', headers });
    return (answer.headers.get('access-control-allow-headers') ?? '').split(', ');
  };

  test('are those of REST V2 and of tracing', async () => {
    await using t = await startGateway();
    expect(await preflight(t)).toEqual(
      expect.arrayContaining(['X-Device-Info', 'traceparent', 'tracestate', 'baggage', 'sentry-trace']),
    );
  });

  test('are those of REST V2 and what the settings name', async () => {
    await using t = await startGateway({ settings: { public: { corsHeaders: ['X-B3-TraceId'] } } });
    const allowed = await preflight(t);
    expect(allowed).toContain('X-B3-TraceId');
    expect(allowed).not.toContain('baggage');
  });

  test('of tracing stay at the gateway', async () => {
    await using t = await startGateway();
    const laptop = await t.signIn(t.device('laptop'), 'ana');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await laptop.call('/REF30/profiles', { headers: { traceparent, baggage: 'a=b' } });
    const sent = Object.keys((await lastAt(t, 'profiles.all'))?.headers ?? {});
    expect(sent.filter((name) => name === 'traceparent' || name === 'baggage')).toEqual([]);
  });
});
