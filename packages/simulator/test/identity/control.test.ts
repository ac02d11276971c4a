import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { startSimulator } from '#src/simulator';
import { anyPorts } from '../world.ts';
import { startReceiver } from './receiver.ts';

const stage = async (answer?: Parameters<typeof startReceiver>[0]) => {
  const receiver = await startReceiver(answer);
  const world = await startSimulator({ ports: anyPorts, gatewayOrigin: receiver.origin, throttle: null });
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${world.origins.adobe}/_control/identities${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  return {
    receiver,
    world,
    call,
    [Symbol.asyncDispose]: async () => {
      await world.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
};

test('the providers say what they can do', async () => {
  await using t = await stage();
  const { body } = await t.call('GET', '');
  expect(body).toMatchObject([
    { party: 'dtc', idTokenKinds: ['web'], accessTokens: true, eventKinds: ['backchannel-logout'] },
    { party: 'google', idTokenKinds: ['web', 'oneTap', 'android', 'ios', 'tv'], accessTokens: true },
    { party: 'facebook', idTokenKinds: ['web', 'limited'], eventKinds: ['deauthorize', 'data-deletion'] },
    { party: 'apple', idTokenKinds: ['web', 'native'], accessTokens: false },
  ]);
  expect(t.world.origins.apple).toMatch(/^http:\/\/localhost:\d+$/);
});

test.each([
  ['dtc', '/jwks'],
  ['google', '/oauth2/v3/certs'],
  ['facebook', '/.well-known/oauth/openid/jwks/'],
  ['apple', '/auth/keys'],
] as const)('%s hands out ID tokens, good and bent, and turns its keys', async (party, jwks) => {
  await using t = await stage();
  const keys = () => createRemoteJWKSet(new URL(t.world.origins[party] + jwks));
  const mint = async (more: object = {}) => {
    const { body } = await t.call('POST', `/${party}/id-token`, { user: 'ana', nonce: 'n', ...more });
    return body.id_token as string;
  };
  const before = await mint();
  expect((await jwtVerify(before, keys())).payload).toMatchObject({ nonce: 'n' });
  await expect(jwtVerify(await mint({ flaw: 'badSignature' }), keys())).rejects.toThrow();
  expect(await t.call('POST', `/${party}/rotate-keys`)).toMatchObject({ status: 204 });
  const after = await mint();
  const kids = [
    (await jwtVerify(before, keys())).protectedHeader.kid,
    (await jwtVerify(after, keys())).protectedHeader.kid,
  ];
  expect(kids[0]).not.toBe(kids[1]);
});

test.each([
  ['dtc', 'backchannel-logout', 200, '/backchannel/dtc'],
  ['google', 'sessions-revoked', 202, '/backchannel/google'],
  ['facebook', 'deauthorize', 200, '/backchannel/facebook/deauthorize'],
  ['apple', 'consent-revoked', 200, '/backchannel/apple'],
] as const)('%s announces %s and tells what the receiver said', async (party, kind, status, path) => {
  await using t = await stage({ status, body: '{"thanks":true}' });
  const sent = await t.call('POST', `/${party}/events`, { kind, user: 'ana' });
  expect(sent).toMatchObject({
    status: 200,
    body: {
      kind,
      user: 'ana',
      to: t.receiver.origin + path,
      accepted: true,
      answer: { status, contentType: 'application/json', body: '{"thanks":true}' },
    },
  });
  expect(t.receiver.received).toMatchObject([{ path, body: sent.body.body }]);
  expect(await t.call('GET', `/${party}/events`)).toEqual({ status: 200, body: [sent.body] });

  const elsewhere = await t.call('POST', `/${party}/events`, { kind, user: 'ben', to: '/elsewhere' });
  expect(elsewhere.body.to).toBe(`${t.receiver.origin}/elsewhere`);
});

test('switches turn one by one, and a reset puts them back', async () => {
  await using t = await stage();
  expect(await t.call('PUT', '/google/switches', { issuerForm: 'url' })).toMatchObject({
    status: 200,
    body: { issuerForm: 'url', disabledUsers: [], deviceInterval: 5 },
  });
  await t.call('PUT', '/google/switches', { deviceInterval: 1 });
  const { body } = await t.call('POST', '/google/id-token', { user: 'ana' });
  expect(decodeJwt(body.id_token).iss).toBe(t.world.origins.google);
  for (const wrong of [{ issuerForm: 'round' }, { unheardOf: true }, []])
    expect(await t.call('PUT', '/google/switches', wrong)).toMatchObject({ status: 400 });

  await t.call('POST', '/../reset', {});
  expect(await t.call('GET', '/google/switches')).toMatchObject({
    body: { issuerForm: 'bare', deviceInterval: 5 },
  });
});

test('sessions are listed and ended', async () => {
  await using t = await stage();
  const { origins, fixtures } = t.world;
  const url = new URL('/dialog/oauth', origins.facebook);
  const redirect_uri = `${t.receiver.origin}/callback/facebook`;
  url.search = new URLSearchParams({
    client_id: fixtures.clients.facebook.clientId,
    redirect_uri,
  }).toString();
  const body = new URLSearchParams({ username: 'ana', password: 'ana-password' });
  await fetch(url, { method: 'POST', body, redirect: 'manual' });

  expect(await t.call('GET', '/facebook/sessions')).toMatchObject({
    body: [{ user: 'ana', since: expect.any(String) }],
  });
  const since = async () => Date.parse((await t.call('GET', '/facebook/sessions')).body[0].since);
  const begun = await since();
  const age = (order: object) => t.call('POST', '/facebook/sessions/age', order);
  expect(await age({ seconds: 3_600, user: 'ben' })).toMatchObject({ body: { aged: 0 } });
  expect(await age({ seconds: 3_600 })).toMatchObject({ body: { aged: 1 } });
  expect(await age({ seconds: 0 })).toMatchObject({ status: 400 });
  expect(await since()).toBe(begun - 3_600_000);
  expect(await t.call('DELETE', '/facebook/sessions?user=ben')).toMatchObject({ body: { ended: 0 } });
  expect(await t.call('DELETE', '/facebook/sessions')).toMatchObject({ status: 200, body: { ended: 1 } });
  expect(await t.call('GET', '/facebook/sessions')).toMatchObject({ body: [] });
});

test.each([
  ['GET', '/nobody/switches', undefined],
  ['POST', '/google/events', { kind: 'party', user: 'ana' }],
  ['POST', '/google/events', { kind: 'sessions-revoked', user: 'nobody' }],
  ['POST', '/google/id-token', { user: 'ana', kind: 'fridge' }],
  ['POST', '/apple/access-token', { user: 'ana' }],
  ['POST', '/mvpd/events', { kind: 'x' }],
])('%s %s with %o is refused in words', async (method, path, body) => {
  await using t = await stage();
  expect(await t.call(method, path, body)).toEqual({ status: 400, body: { error: expect.any(String) } });
});

test('what is served at Apple is on record', async () => {
  await using t = await stage();
  await fetch(`${t.world.origins.apple}/.well-known/openid-configuration`);
  const requests = await fetch(`${t.world.origins.adobe}/_control/requests`);
  expect(await requests.json()).toMatchObject([{ party: 'apple', operation: 'discovery', status: 200 }]);
});
