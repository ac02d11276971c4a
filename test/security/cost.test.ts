import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { reachedAdobe } from '../support/answers.ts';
import { type ExternalIssuer, startExternalIssuer } from '../support/external-issuer.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
let bringing: Device;
let issuer: ExternalIssuer;

const settings = (): Parameters<TestWorld['reconfigure']>[0] => ({
  apps: t.simulator.fixtures.apps.map((app) => ({
    ...app,
    family: 'ref',
    serviceProviders: [...app.serviceProviders],
    redirectUris: [...app.redirectUris],
    ...(app.id === 'ref30-tv' && {
      externalServiceToken: { issuer: issuer.issuer, keys: { jwks: issuer.jwks }, use: 'pass' as const },
    }),
  })),
});

beforeAll(async () => {
  issuer = await startExternalIssuer({ now: systemClock.now });
  t = await startGateway();
  await t.reconfigure(settings());
  tv = await t.signIn(t.device('tv'), 'ana');
  bringing = t.device('tv', { id: 'bringing' });
  await bringing.register();
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});
beforeEach(() => t.control.clearRequests());
afterEach(() => t.control.clearFaults());

describe('T69 nothing compressed is ever inflated', () => {
  test.each(['gzip', 'br', 'deflate', 'identity, gzip'])('a request in %s is refused', async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(1 << 24));
    const answer = await fetch(`${t.origin}/api/v2/REF30/decisions/authorize/Cablevision`, {
      method: 'POST',
      headers: {
        ...tv.headers,
        authorization: `Bearer ${tv.tokens?.accessToken}`,
        'content-type': 'application/json',
        'content-encoding': encoding,
      },
      body: new Uint8Array(bomb),
    });
    expect(answer.status).toBe(415);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });

  test('an answer of Adobe’s, an identity provider’s or an identity service’s is 502 or 503', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const fault = { kind: 'status', status: 200, body: 'compressed', headers };
    await t.control.fault({ match: { party: 'adobe', operation: 'profiles*' }, fault });
    expect((await tv.profiles()).status).toBe(502);
    await t.control.clearFaults();
    await t.control.fault({ match: { party: 'google' }, fault });
    await t.reconfigure(settings()); // forgets the provider's metadata
    await expect(t.signIn(t.device('phone'), 'ana', 'google')).rejects.toThrow();
    expect((await tv.profiles()).status).toBe(200);
  });
});

describe('T70 what costs much to look at is refused unseen', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwe = [
    encode({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1e9, p2s: 'AAAA' }),
    'A',
    'A',
    'A',
    'A',
  ].join('.');
  test.each<[string, string]>([
    ['dots', '.'.repeat(12_000)],
    ['a kid of 8 KB', `${encode({ alg: 'RS256', kid: 'k'.repeat(8_192) })}.e30.AAAA`],
    ['an encrypted token with a billion rounds', jwe],
    ['a compressed one', `${encode({ alg: 'RS256', zip: 'DEF', kid: 'ext-1' })}.${'A'.repeat(6_000)}.AAAA`],
    ['12 KB of claims', `${encode({ alg: 'RS256', kid: 'ext-1' })}.${'e30'.repeat(4_000)}.AAAA`],
    [
      'deep nesting',
      `${encode({ alg: 'RS256', kid: 'ext-1' })}.${Buffer.from('['.repeat(4_000)).toString('base64url')}.AAAA`,
    ],
  ])('%s', async (_what, token) => {
    issuer.site.reads = 0;
    expect((await bringing.call('/REF30/profiles', { headers: { 'ad-service-token': token } })).status).toBe(
      401,
    );
    expect((await tv.call('/REF30/profiles', { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      401,
    );
    expect(
      (await request({ url: `${t.origin}/me`, headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(401);
    expect((await request({ url: `${t.origin}/session/end?id_token_hint=${token}` })).status).toBe(400);
    expect(issuer.site.reads).toBeLessThanOrEqual(1);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });
});

describe('T72 long repetition in what is parsed is refused or passed, never chewed on', () => {
  const names = [
    'accept',
    'accept-language',
    'authorization',
    'content-type',
    'cookie',
    'prefer',
    'x-forwarded-for',
    'forwarded',
    'origin',
    'ap-device-identifier',
    'x-device-info',
  ];
  test.each(names)('%s', async (name) => {
    for (const part of [' ', ',', ';', ', ', 'a,', '; a=', 'Bearer ', '\t']) {
      const value = `x${part.repeat(Math.floor(14_000 / part.length))}x`;
      const headers = { ...tv.headers, authorization: `Bearer ${tv.tokens?.accessToken}`, [name]: value };
      for (const path of ['/api/v2/REF40/configuration', '/device'])
        expect((await request({ url: t.origin + path, headers })).status).toBeLessThan(500);
    }
  });

  test('a scope of 8 KB, and paths that repeat', async () => {
    for (const scope of ['openid '.repeat(1_100), 'a'.repeat(8_000)]) {
      const { status } = await request({
        method: 'POST',
        url: `${t.origin}/device/auth`,
        form: { client_id: 'ref30-tv', scope },
      });
      expect(status).toBeLessThan(500);
    }
    for (const path of [
      '/a'.repeat(4_000),
      '/api/v2/'.repeat(900),
      `/api/v2/${'-'.repeat(7_000)}/profiles`,
      `/device${'/'.repeat(7_000)}`,
    ])
      expect([400, 401, 404]).toContain((await request({ url: t.origin + path })).status);
  });

  test('no route has a pattern of the versions that were slow', () => {
    const router = createRequire(import.meta.url).resolve('@koa/router');
    const found = createRequire(router).resolve('path-to-regexp');
    const [folder = ''] = /^.*path-to-regexp/.exec(found) ?? [];
    const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string };
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(major * 100 + minor).toBeGreaterThanOrEqual(804);
  });
});
