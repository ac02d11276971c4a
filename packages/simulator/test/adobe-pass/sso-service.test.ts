import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ApiAnswer, Method } from '#src/client/request';
import { type Adobe, type AdobeDevice, startAdobe } from './client.ts';
import { createSsoClient, linkWith, tokenWith } from './sso-client.ts';

let world: Adobe;
let tv: AdobeDevice;
let phone: AdobeDevice;
beforeAll(async () => {
  world = await startAdobe();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.deviceOf('ref30-tv');
  phone = await world.deviceOf('ref40-phone');
});

const ana = { 'x-sso-id': 'ana@example.com' };
const bring = (token: string) => ({ 'ad-service-token': token });
const tokenOf = async (device: AdobeDevice, headers: Record<string, string> = ana) =>
  tokenWith(await createSsoClient(device).create(headers));

const tokenAnswer = z.strictObject({
  status: z.enum(['CREATED', 'OK']),
  serviceToken: z.jwt(),
  notBefore: z.int().min(1e12),
  notAfter: z.int().min(1e12),
});
const listed = z.strictObject({
  deviceType: z.string(),
  model: z.string(),
  os: z.string(),
  osVersion: z.string(),
  lastSeen: z.int().min(1e12),
  type: z.enum(['regular', 'sso']),
});

describe('the samples', () => {
  test('a token for an SSO id: 201, an hour, HS256, the unchanged id and no audience', async () => {
    const reply = await createSsoClient(tv).create(ana);
    expect(reply.status).toBe(201);
    const { status, serviceToken, notBefore, notAfter } = tokenAnswer.parse(reply.body);
    expect(status).toBe('CREATED');
    expect(notAfter - notBefore).toBe(3_600_000);
    expect(serviceToken).toMatch(/^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\./);
    const [nbf, exp] = [notBefore / 1000, notAfter / 1000];
    expect(decodeJwt(serviceToken)).toEqual({
      iss: 'ssoservicetoken',
      sub: 'ana@example.com',
      nbf,
      iat: nbf,
      exp,
    });
  });

  test('a refresh: 200, OK, the same subject for another hour', async () => {
    const token = await tokenOf(tv);
    await world.clock.advance(60_000);
    const reply = await createSsoClient(tv).refresh(bring(token));
    expect(reply.status).toBe(200);
    const { status, serviceToken } = tokenAnswer.parse(reply.body);
    expect(status).toBe('OK');
    expect(decodeJwt(serviceToken).sub).toBe('ana@example.com');
    expect(decodeJwt(serviceToken).exp).toBe(Number(decodeJwt(token).exp) + 60);
  });

  test('a link code: 201, six digits, 45 minutes', async () => {
    const reply = await createSsoClient(tv).link(bring(await tokenOf(tv)));
    expect(reply).toMatchObject({
      status: 201,
      body: { status: 'CREATED', code: expect.stringMatching(/^\d{6}$/) },
    });
    expect(Number(reply.body['notAfter']) - Number(reply.body['notBefore'])).toBe(2_700_000);
    expect(Object.keys(reply.body)).toEqual(['status', 'code', 'notBefore', 'notAfter']);
  });

  test('the list: devices by identifier, with description and last seen', async () => {
    const token = await tokenOf(tv);
    const code = linkWith(await createSsoClient(tv).link(bring(token)));
    await tokenOf(phone, { 'x-sso-link': code });
    const { status, body } = await createSsoClient(tv).list(bring(token));
    expect(status).toBe(200);
    const { devices } = z.strictObject({ devices: z.record(z.string(), listed) }).parse(body);
    const described = { deviceType: 'SetTopBox', model: 'TV 5th Gen', os: 'tvOS', osVersion: '11.0' };
    const lastSeen = world.clock.now();
    expect(devices).toEqual({
      'ref30-tv': { ...described, lastSeen, type: 'regular' },
      'ref40-phone': { ...described, lastSeen, type: 'sso' },
    });
  });

  test('a device without X-Device-Info is described by its User-Agent', async () => {
    const { 'x-device-info': _, ...headers } = tv.raw.headers;
    const token = await tokenOf(tv);
    const sso = { ...headers, 'x-sso-id': 'ana@example.com', 'user-agent': 'Roku/DVP-14.5 (14.5.0.4236-88)' };
    await world.adobe('/api/REF30/serviceToken', { method: 'POST', headers: sso });
    const { body } = await createSsoClient(tv).list(bring(token));
    expect(body['devices']).toMatchObject({
      'ref30-tv': { deviceType: 'SetTopBox', model: 'Roku', os: 'Roku OS', osVersion: '14.5' },
    });
  });

  test('an identifier that is no text is listed, and unlinked, by its Base64 value', async () => {
    const binary = Buffer.from([0xff, 0xfe, 0xfd]).toString('base64');
    const device = { 'ap-device-identifier': `fingerprint ${binary}` };
    const token = await tokenOf(tv, { ...ana, ...device });
    const sso = createSsoClient(tv);
    expect(Object.keys((await sso.list(bring(token))).body['devices'] ?? {})).toEqual([binary]);
    const { body } = await sso.unlink({ devices: [binary] }, bring(token));
    expect(body['unlinkedDevices']).toEqual([binary]);
  });

  test('unlinked devices are removed from the list; unknown ones are not mentioned', async () => {
    const token = await tokenOf(tv);
    await tokenOf(phone);
    const [own, other] = ['ref30-tv', 'ref40-phone'];
    const sso = createSsoClient(tv);
    const unlinked = await sso.unlink({ devices: [other, 'unknowndevice'] }, bring(token));
    expect(unlinked).toMatchObject({ status: 200, body: { status: 'OK', unlinkedDevices: [other] } });
    expect(Object.keys((await sso.list(bring(token))).body['devices'] ?? {})).toEqual([own]);
    await sso.unlink({ devices: [own] }, bring(token));
    expect((await sso.list(bring(token))).body).toEqual({ devices: {} });
  });

  test('recorded requests name the operations', async () => {
    const sso = createSsoClient(tv);
    await world.adobe('/_control/requests', { method: 'DELETE' });
    const headers = bring(tokenWith(await sso.create(ana)));
    for (const call of [sso.refresh, sso.link, sso.list]) await call(headers);
    await sso.unlink({ devices: ['x'] }, headers);
    const seen = await world.requests();
    expect(seen.map(({ operation }) => operation)).toEqual([
      ...['ssoservice.serviceToken.create', 'ssoservice.serviceToken.refresh'],
      ...['ssoservice.link', 'ssoservice.list', 'ssoservice.unlink'],
    ]);
    expect(seen.at(-1)?.serviceToken?.verified).toBe(true);
  });
});

describe('a link code', () => {
  test('links one device to the same subject, once', async () => {
    const code = linkWith(await createSsoClient(tv).link(bring(await tokenOf(tv))));
    const linked = await tokenOf(phone, { 'x-sso-link': code });
    expect(decodeJwt(linked).sub).toBe('ana@example.com');
    const again = await createSsoClient(phone).create({ 'x-sso-link': code });
    expect(again).toMatchObject({ status: 401, body: { error: { code: 'header_invalid' } } });
  });

  test('expires', async () => {
    const code = linkWith(await createSsoClient(tv).link(bring(await tokenOf(tv))));
    await world.clock.advance(2_700_000);
    expect((await createSsoClient(phone).create({ 'x-sso-link': code })).status).toBe(401);
  });
});

describe('the list', () => {
  const entryOf = async (token: string, app: string) => {
    const { devices } = (await createSsoClient(tv).list(bring(token))).body as {
      devices: Record<string, z.output<typeof listed>>;
    };
    return devices[app];
  };

  test('shows when a device was last seen', async () => {
    const token = await tokenOf(tv);
    const then = world.clock.now();
    await tokenOf(phone);
    await world.clock.advance(60_000);
    expect((await entryOf(token, 'ref30-tv'))?.lastSeen).toBe(then + 60_000);
    expect((await entryOf(token, 'ref40-phone'))?.lastSeen).toBe(then);
  });

  test('keeps how a device was first added', async () => {
    const token = await tokenOf(tv);
    const code = linkWith(await createSsoClient(phone).link(bring(await tokenOf(phone))));
    await tokenOf(tv, { 'x-sso-link': code });
    expect((await entryOf(token, 'ref30-tv'))?.type).toBe('regular');
  });
});

test('a restart keeps tokens, devices and codes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-sso-'));
  try {
    const options = { stateFile: join(folder, 'world.json') };
    const first = await startAdobe(options);
    const sso = createSsoClient(await first.deviceOf());
    const token = bring(tokenWith(await sso.create(ana)));
    const code = linkWith(await sso.link(token));
    await first[Symbol.asyncDispose]();

    await using second = await startAdobe({ ...options, clock: first.clock });
    const again = createSsoClient(await second.deviceOf());
    expect(Object.keys((await again.list(token)).body['devices'] ?? {})).toEqual(['ref30-tv']);
    expect(decodeJwt(tokenWith(await again.create({ 'x-sso-link': code }))).sub).toBe(ana['x-sso-id']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('the token at REST API V2', () => {
  test.each(['HS256', 'RS256'])('%s: devices with the same SSO id share a profile', async (algorithm) => {
    await world.set({ ssoServiceTokenAlgorithm: algorithm });
    const mine = await tokenOf(tv);
    expect(decodeProtectedHeader(mine).alg).toBe(algorithm);
    await tv.logIn({ headers: bring(mine) });
    const shared = await phone.profiles('', bring(await tokenOf(phone)));
    expect(shared).toMatchObject({ Cablevision: { type: 'serviceTokenSSO', issuer: 'Cablevision' } });
    expect(await phone.profiles('', bring(await tokenOf(phone, { 'x-sso-id': 'ben' })))).toEqual({});
    expect(await phone.profiles()).toEqual({});
  });

  test('is ignored if expired or signed by another key', async () => {
    const token = await tokenOf(tv);
    await tv.logIn({ headers: bring(token) });
    const forged = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.alloc(32, 1));
    expect(await phone.profiles('', bring(forged))).toEqual({});
    expect(Object.keys(await phone.profiles('', bring(token)))).toEqual(['Cablevision']);
    await world.clock.advance(3_600_000);
    expect(await phone.profiles('', bring(token))).toEqual({});
  });
});

describe('errors', () => {
  const refused = (status: number, code: string, message: string, action: string) => ({
    status,
    body: {
      status: status === 400 ? 'BAD_REQUEST' : status === 401 ? 'UNAUTHORIZED' : 'INTERNAL_SERVER_ERROR',
      error: { status, code, message, action, helpUrl: expect.any(String), trace: expect.any(String) },
    },
  });
  const told = ({ status, body }: ApiAnswer) => ({ status, body });
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = (claims: unknown, alg = 'HS256') => `${encode({ alg })}.${encode(claims)}.AAAA`;
  const callsWithToken = () => {
    const sso = createSsoClient(tv);
    return {
      refresh: sso.refresh,
      link: sso.link,
      list: sso.list,
      unlink: (headers: Record<string, string>) => sso.unlink({ devices: ['x'] }, headers),
    };
  };
  const operations = ['refresh', 'link', 'unlink', 'list'] as const;

  test.each([
    ['refresh', 400, 'GET'],
    ['link', 401, 'link'],
    ['unlink', 401, 'unlink'],
    ['list', 401, 'list'],
  ] as const)('%s without AD-Service-Token: %i header_missing', async (name, status, what) => {
    const message = `AD-Service-Token header is required for ${what} requests`;
    expect(told(await callsWithToken()[name]({}))).toEqual(
      refused(status, 'header_missing', message, 'check_headers'),
    );
  });

  describe.each(operations)('%s', (name) => {
    test.each([
      ['no token', 'garbage', 400, 'token_invalid', 'The provided token is invalid'],
      [
        'bad signature',
        unsigned({ sub: 'x' }),
        401,
        'header_invalid',
        'Invalid JWT signature in AD-Service-Token',
      ],
      [
        'no signature',
        unsigned({ sub: 'x' }, 'none'),
        401,
        'header_invalid',
        'Error validating JWT signature',
      ],
      [
        'no sub',
        unsigned({}),
        401,
        'header_invalid',
        'JWT subject (sub) is missing or empty in AD-Service-Token',
      ],
      ['a sub that is no text', unsigned({ sub: 7 }), 401, 'header_invalid', 'Error extracting JWT subject'],
    ] as const)('%s', async (_, token, status, code, message) => {
      expect(told(await callsWithToken()[name](bring(token)))).toEqual(
        refused(status, code, message, 'get_new_token'),
      );
    });

    test('token_expired; a refresh is allowed for a day', async () => {
      const token = await tokenOf(tv);
      await world.clock.advance(3_600_000);
      const late = await callsWithToken()[name](bring(token));
      if (name === 'refresh') expect(late.status).toBe(200);
      else
        expect(told(late)).toEqual(refused(401, 'token_expired', 'The token has expired', 'get_new_token'));
    });
  });

  test('a token from the future, after a reset of the clock: token_invalid', async () => {
    world.simulator.control.advance(60_000);
    const token = await tokenOf(tv);
    await world.post('/_control/reset', {});
    tv = await world.deviceOf();
    const early = await createSsoClient(tv).list(bring(token));
    expect(early).toMatchObject({ status: 400, body: { error: { code: 'token_invalid' } } });
  });

  test('a refresh after more than a day: token_expired', async () => {
    await world.set({ accessTokenSeconds: 200_000 });
    const patient = await world.deviceOf();
    const token = await tokenOf(patient);
    await world.clock.advance(90_000_000);
    const late = await createSsoClient(patient).refresh(bring(token));
    expect(late).toMatchObject({ status: 401, body: { error: { code: 'token_expired' } } });
  });

  test('a new token without an SSO id: header_missing', async () => {
    const message = 'Either x-sso-id or x-sso-link header is required for POST requests';
    expect(told(await createSsoClient(tv).create({}))).toEqual(
      refused(400, 'header_missing', message, 'check_headers'),
    );
  });

  test('a new token without a device: header_missing', async () => {
    const { authorization = '' } = tv.raw.headers;
    const bare = { method: 'POST', headers: { authorization, ...ana } } as const;
    const message = 'AP-Device-Identifier header is required for POST requests';
    expect(told(await world.adobe('/api/REF30/serviceToken', bare))).toEqual(
      refused(400, 'header_missing', message, 'check_headers'),
    );
  });

  test.each(['link', 'list'])('%s without a device: header_missing', async (name) => {
    const { authorization = '' } = tv.raw.headers;
    const method: Method = name === 'list' ? 'GET' : 'POST';
    const headers = { authorization, ...bring(await tokenOf(tv)) };
    expect(told(await world.adobe(`/api/REF30/${name}`, { method, headers }))).toEqual(
      refused(400, 'header_missing', 'A required header is missing', 'check_headers'),
    );
  });

  test.each([
    ['empty devices', { devices: [] }],
    ['no devices', {}],
    ['null', { devices: null }],
  ])('unlink, %s: request_invalid', async (_, body) => {
    const message = 'Devices list cannot be null or empty';
    expect(told(await createSsoClient(tv).unlink(body, bring(await tokenOf(tv))))).toEqual(
      refused(400, 'request_invalid', message, 'check_request_body'),
    );
  });

  test('unlink without a body: request_null', async () => {
    const headers = { ...tv.raw.headers, ...bring(await tokenOf(tv)) };
    expect(told(await world.adobe('/api/REF30/unlink', { method: 'POST', headers }))).toEqual(
      refused(400, 'request_null', 'Request object cannot be null', 'none'),
    );
  });

  test.each([
    ['no bearer', '/api/REF30/list', { authorization: '' }],
    ["another's service provider", '/api/REF40/list', {}],
    ['no service provider', '/api/NOBODY/list', {}],
  ])('%s: unauthorized', async (_, path, headers) => {
    expect(told(await tv.raw.get(path, headers))).toEqual(
      refused(401, 'unauthorized', 'Unauthorized access', 'none'),
    );
  });

  test('an oversized body: internal_error', async () => {
    const devices = ['x'.repeat(200_000)];
    expect(told(await createSsoClient(tv).unlink({ devices }, bring(await tokenOf(tv))))).toEqual(
      refused(500, 'internal_error', 'An internal error occurred', 'none'),
    );
  });

  test('another Accept: header_invalid', async () => {
    const { status, body } = await createSsoClient(tv).create({ ...ana, accept: 'text/html' });
    expect({ status, body }).toMatchObject({ status: 401, body: { error: { code: 'header_invalid' } } });
  });
});

test("another programmer's apps see neither devices nor codes", async () => {
  const other = await world.deviceOf('apasstest1-tv');
  const code = linkWith(await createSsoClient(tv).link(bring(await tokenOf(tv))));
  expect((await createSsoClient(other).create({ 'x-sso-link': code })).status).toBe(401);
  const { body } = await createSsoClient(other).list(bring(await tokenOf(tv)));
  expect(body).toEqual({ devices: {} });
});
