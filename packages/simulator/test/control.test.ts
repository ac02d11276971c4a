import { request as httpRequest } from 'node:http';
import { exportSPKI, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Method } from '#src/client/request';
import { completeForm, type Device, startWorld, type World } from './world.ts';

let world: World;
let tv: Device;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.device();
});

const fault = (order: object) => world.post('/_control/faults', order);
const profiles = () => tv.get('/api/v2/REF30/profiles');
const onProfiles = { match: { operation: 'profiles.all' } };

describe('the record', () => {
  test('holds every request to any party, oldest first, with what it was and what was answered', async () => {
    await world.adobe('/_control/requests', { method: 'DELETE' });
    await world.logIn(await tv.form('/api/v2/REF30/sessions?a=1&a=2&b=3', completeForm));
    const seen = await world.requests();
    expect(seen.map(({ party, operation, status }) => `${party} ${operation} ${status}`)).toEqual([
      'adobe sessions.create 200',
      'adobe authenticate 302',
      'mvpd saml.sso 200',
      'mvpd login.submit 200',
      'adobe saml.consume 302',
    ]);
    expect(seen[0]).toEqual({
      at: new Date(world.clock.now()).toISOString(),
      party: 'adobe',
      operation: 'sessions.create',
      method: 'POST',
      path: '/api/v2/REF30/sessions',
      query: { a: ['1', '2'], b: '3' },
      headers: expect.objectContaining({ authorization: tv.headers['authorization'] }),
      body: 'mvpd=Cablevision&domainName=adobe.com&redirectUrl=https%3A%2F%2Fadobe.com%2Fdone',
      status: 200,
      response: {
        headers: {
          'content-type': 'application/json;charset=UTF-8',
          'content-length': expect.stringMatching(/^\d+$/),
        },
        body: expect.stringContaining('"actionName":"authenticate"'),
      },
      fault: null,
      serviceToken: null,
    });
    expect(seen[1]?.response?.headers['location']).toMatch(/\/Cablevision\/saml\/sso\?/);
  });

  test('holds what was sent, also by a fault, up to 64 KiB of a body', async () => {
    const responseTo = async (order: object) => {
      await world.adobe('/_control/faults', { method: 'DELETE' });
      await fault({ ...onProfiles, fault: order });
      await profiles().catch(() => {});
      return (await world.requests()).at(-1)?.response;
    };
    const headers = { 'retry-after': '7' };
    expect(await responseTo({ kind: 'status', status: 503, body: { down: true }, headers })).toEqual({
      headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
      body: '{"down":true}',
    });
    expect(await responseTo({ kind: 'throttle' })).toMatchObject({
      headers: { server: 'openresty' },
      body: expect.stringContaining('429 Too Many Requests'),
    });
    expect((await responseTo({ kind: 'truncate', bytes: 4 }))?.body).toBe('{"pr');
    expect((await responseTo({ kind: 'huge', bytes: 200_000 }))?.body).toHaveLength(64 * 1024);
    expect(await responseTo({ kind: 'reset' })).toBeNull();
  });

  test('shows a header that came twice as a list', async () => {
    const { hostname, port } = new URL(world.origins.adobe);
    await new Promise<void>((resolve, reject) => {
      const asked = httpRequest({ hostname, port, path: '/api/v2/REF30/profiles' }, (response) => {
        response.resume().once('end', resolve);
      });
      asked.setHeader('AD-Service-Token', ['one', 'two']);
      asked.once('error', reject).end();
    });
    expect((await world.requests()).at(-1)).toMatchObject({
      status: 401,
      headers: { 'ad-service-token': ['one', 'two'] },
      serviceToken: { verified: false, claims: null },
    });
  });

  test('reads along without taking the body from a party that reads it itself', async () => {
    const { clientId, clientSecret } = world.fixtures.clients.dtc;
    const body =
      'grant_type=authorization_code&code=unknown&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback%2Fdtc';
    const reply = await fetch(`${world.origins.dtc}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
    });
    expect(await reply.json()).toMatchObject({ error: 'invalid_grant' });
    expect((await world.requests()).at(-1)).toMatchObject({ party: 'dtc', body });
  });

  test('tells which service tokens verify, and what they say', async () => {
    await tv.get('/api/v2/REF30/profiles', { 'ad-service-token': await world.serviceToken('ana') });
    expect((await world.requests()).at(-1)?.serviceToken).toMatchObject({
      verified: true,
      claims: { iss: 'kinpass', sub: 'ana', aud: 'adobe' },
    });
  });
});

describe('faults', () => {
  test('status: the answer is another, as often as ordered', async () => {
    await fault({ ...onProfiles, times: 2, fault: { kind: 'status', status: 503, body: { down: true } } });
    expect(await profiles()).toMatchObject({ status: 503, body: { down: true } });
    expect((await tv.get('/api/v2/REF30/profiles/Dish')).status).toBe(200);
    expect((await profiles()).status).toBe(503);
    expect((await profiles()).status).toBe(200);
  });

  test('delay: the answer comes when its time has come', async () => {
    await fault({ ...onProfiles, fault: { kind: 'delay', ms: 5_000 } });
    const answered = profiles();
    await expect.poll(() => world.clock.waiting).toBe(1);
    await world.clock.advance(5_000);
    expect((await answered).status).toBe(200);
  });

  test('reset: the connection breaks', async () => {
    await fault({ ...onProfiles, times: 1, fault: { kind: 'reset' } });
    await expect(profiles()).rejects.toThrow('ECONNRESET');
    expect((await world.requests()).at(-1)).toMatchObject({ operation: 'profiles.all', status: null });
    expect((await profiles()).status).toBe(200);
  });

  test('truncate: the answer ends before its length', async () => {
    await fault({ ...onProfiles, fault: { kind: 'truncate', bytes: 4 } });
    const response = await fetch(`${world.origins.adobe}/api/v2/REF30/profiles`, { headers: tv.headers });
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(4);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('hang: no answer comes', async () => {
    await fault({ ...onProfiles, fault: { kind: 'hang' } });
    const gaveUp = new AbortController();
    const asked = fetch(`${world.origins.adobe}/api/v2/REF30/profiles`, {
      headers: tv.headers,
      signal: gaveUp.signal,
    });
    await expect.poll(async () => (await world.requests()).at(-1)?.operation).toBe('profiles.all');
    gaveUp.abort();
    await expect(asked).rejects.toThrow('aborted');
  });

  test('body: a good status with nonsense inside', async () => {
    await fault({ ...onProfiles, fault: { kind: 'body', body: '<html>', contentType: 'text/html' } });
    expect(await profiles()).toMatchObject({ status: 200, text: '<html>' });
  });

  test("throttle: openresty's page", async () => {
    await fault({ ...onProfiles, fault: { kind: 'throttle' } });
    expect(await profiles()).toMatchObject({ status: 429, text: expect.stringContaining('openresty') });
  });

  test('match by party and by path, and end when cleared', async () => {
    await fault({ match: { party: 'mvpd' }, fault: { kind: 'status', status: 500 } });
    await fault({ match: { path: '/api/v2/REF30/*' }, fault: { kind: 'status', status: 502 } });
    expect((await profiles()).status).toBe(502);
    expect((await world.adobe('/api/v2/REF40/profiles')).status).toBe(401);
    expect((await fetch(`${world.origins.mvpd}/Dish/login`)).status).toBe(500);
    await world.adobe('/_control/faults', { method: 'DELETE' });
    expect((await profiles()).status).toBe(200);
  });

  test.each([
    ['an unknown kind', { match: {}, fault: { kind: 'earthquake' } }],
    ['no match', { fault: { kind: 'reset' } }],
    ['an unknown member', { match: { host: 'x' }, fault: { kind: 'reset' } }],
  ])('%s is a 400 that says what is wrong', async (_, order) => {
    expect(await fault(order)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('→ at') },
    });
  });
});

describe('tokens as an SDK hands them out', () => {
  test.each(['dtc', 'google', 'facebook'])('%s mints an ID token', async (party) => {
    const { status, body } = await world.post(`/_control/identities/${party}/id-token`, {
      user: 'ana',
      nonce: 'n',
    });
    expect(status).toBe(200);
    const claims = JSON.parse(
      Buffer.from(String(body['id_token']).split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).toMatchObject({ nonce: 'n', email: 'ana@viewers.example' });
  });

  test('every provider but Apple mints an access token', async () => {
    const mint = (party: string) => world.post(`/_control/identities/${party}/access-token`, { user: 'ana' });
    for (const party of ['dtc', 'google', 'facebook'])
      expect((await mint(party)).body).toEqual({ access_token: expect.any(String) });
    expect(await mint('apple')).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('apple') },
    });
  });

  test('for a user of the fixtures only', async () => {
    const reply = await world.post('/_control/identities/dtc/id-token', { user: 'mallory' });
    expect(reply).toMatchObject({ status: 400, body: { error: expect.stringContaining('user') } });
  });
});

describe('keys', () => {
  test('a public key handed over as PEM verifies from then on', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const verified = async () => {
      await tv.get('/api/v2/REF30/profiles', {
        'ad-service-token': await world.serviceToken('ana', { key: privateKey }),
      });
      return (await world.requests()).at(-1)?.serviceToken?.verified;
    };
    expect(await verified()).toBe(false);
    expect(
      (await world.post('/_control/service-token-keys', { pem: await exportSPKI(publicKey) })).status,
    ).toBe(204);
    expect(await verified()).toBe(true);
  });

  test.each([
    ['no key', {}],
    ['no PEM', { pem: 'hello' }],
    ['a symmetric key', { jwk: { kty: 'oct', k: 'c2VjcmV0' } }],
  ])('%s is refused', async (_, body) => {
    expect(await world.post('/_control/service-token-keys', body)).toMatchObject({ status: 400 });
  });
});

test('the fixtures are told whole', async () => {
  const { body } = await world.adobe('/_control/fixtures');
  expect(body).toEqual(JSON.parse(JSON.stringify(world.fixtures)));
});

test('a body of another type is refused, so that no web page can send it unasked', async () => {
  const reply = await world.adobe('/_control/reset', { method: 'POST' });
  expect(reply.status).toBe(204);
  const order = await world.adobe('/_control/faults', { method: 'POST', body: '{}' });
  expect(order).toMatchObject({ status: 400, body: { error: 'send Content-Type: application/json' } });
});

test('reset forgets registrations, sessions, faults and the record', async () => {
  await fault({ match: {}, fault: { kind: 'status', status: 500 } });
  await world.post('/_control/reset', {});
  expect(await world.requests()).toEqual([]);
  expect((await profiles()).status).toBe(401);
});

describe('every route', () => {
  const listed = async () =>
    (await (await fetch(`${world.origins.adobe}/_control`)).json()) as {
      method: string;
      path: string;
      about: string;
    }[];
  const filled = (path: string) =>
    path.replace(':party', 'google').replace(':mvpd', 'Cablevision').replace(/:\w+/, 'nothing');

  test('says in a line what it does', async () => {
    const routes = await listed();
    expect(routes.length).toBeGreaterThan(40);
    expect(routes.filter(({ about }) => about === '')).toEqual([]);
  });

  test('that takes a body refuses one that it does not know, and names the member', async () => {
    const without = ['/_control/reset', '/_control/outages/:mvpd', '/_control/identities/:party/rotate-keys'];
    const routes = (await listed()).filter(
      ({ method, path }) => /^(POST|PUT)$/.test(method) && !without.includes(path),
    );
    for (const { method, path } of routes) {
      const { status, body } = await world.adobe(filled(path), {
        method: method as Method,
        headers: { 'content-type': 'application/json' },
        body: '{"nonsense": 1}',
      });
      expect([path, status, String(body['error'])]).toEqual([
        path,
        400,
        expect.stringMatching(/nonsense|send |at /),
      ]);
    }
  });

  test('refuses what is no JSON, and a list for an object', async () => {
    for (const body of ['{', '[]', '"text"', '7', 'null'])
      for (const path of ['faults', 'scenarios', 'time', 'degradation', 'identities/dtc/id-token'])
        expect(
          await world.adobe(`/_control/${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          }),
        ).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  });
});
