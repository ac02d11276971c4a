import type { RecordedRequest } from '@kinpass/simulator';
import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { sendLines } from '../support/raw-request.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;

beforeAll(async () => {
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
});
afterAll(async () => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

const atAdobe = async (): Promise<readonly RecordedRequest[]> => reachedAdobe(await t.control.requests());

const own = () => [
  'Host: localhost',
  `Authorization: Bearer ${tv.tokens?.accessToken}`,
  `AP-Device-Identifier: ${tv.headers['ap-device-identifier']}`,
  `X-Forwarded-For: ${tv.address}`,
];
const get = (path: string, ...more: readonly string[]) =>
  sendLines(t.origin, [`GET ${path} HTTP/1.1`, ...own(), ...more]);

/** What may reach Adobe with GET profiles besides what HTTP itself needs. */
const allowed = new Set([
  ...['accept', 'accept-encoding', 'connection', 'host', 'user-agent'],
  ...['authorization', 'ad-service-token', 'ap-device-identifier', 'x-device-info', 'x-forwarded-for'],
  ...['adobe-subject-token', 'x-roku-reserved-roku-connect-token'],
  ...['ap-partner-framework-status', 'ap-visitor-identifier'],
]);

describe('T45 headers of ours are never the client’s', () => {
  test.each(['AD-Service-Token', 'X-SSO-ID', 'X-Real-IP', 'AP-SDK-Identifier', 'AP-Session'])(
    '%s',
    async (name) => {
      await get('/api/v2/REF30/profiles', `${name}: canary`);
      expect(await atAdobe()).toHaveLength(1);
      expect(JSON.stringify(await atAdobe())).not.toContain('canary');
    },
  );

  test('a call of nobody carries no service token, whatever it brings', async () => {
    const anonymous = t.device('tv', { id: 'nobody-on-it', address: '203.0.113.77' });
    await anonymous.register();
    await anonymous.call('/REF30/profiles', { headers: { 'ad-service-token': 'a.b.c' } });
    const sent = (await atAdobe()).filter(({ operation }) => operation.startsWith('profiles'));
    expect(sent.map(({ serviceToken, headers }) => [serviceToken, headers['ad-service-token']])).toEqual([
      [null, undefined],
    ]);
  });
});

test('T46 of two hundred header names, odd spellings among them, only those that REST V2 lists arrive', async () => {
  const spellings = [
    'AD_Service_Token',
    'Ad-Service_Token',
    'X_Forwarded_For',
    'Authorization_',
    'X-Forwarded-Host',
  ];
  const others = Array.from({ length: 195 }, (_, index) => `X-Canary-${index}`);
  await get('/api/v2/REF30/profiles', ...[...spellings, ...others].map((name) => `${name}: canary`));
  const [sent] = await atAdobe();
  expect(Object.keys(sent?.headers ?? {}).filter((name) => !allowed.has(name))).toEqual([]);
  expect(JSON.stringify(sent)).not.toContain('canary');
});

describe('T47 a header sent twice is refused, equal or not', () => {
  test.each(['AD-Service-Token', 'Authorization', 'AP-Device-Identifier', 'Content-Type', 'Host'])(
    '%s',
    async (name) => {
      for (const [first, second] of [
        ['a', 'a'],
        ['a', 'b'],
      ]) {
        const { statuses } = await sendLines(t.origin, [
          'GET /api/v2/REF30/profiles HTTP/1.1',
          ...own().filter((line) => !line.startsWith(`${name}:`)),
          `${name}: ${first}`,
          `${name.toUpperCase()}: ${second}`,
        ]);
        expect(statuses).toEqual([400]);
      }
      expect(await atAdobe()).toEqual([]);
    },
  );

  test('Content-Length', async () => {
    const { statuses } = await sendLines(
      t.origin,
      ['POST /api/v2/REF30/sessions HTTP/1.1', ...own(), 'Content-Length: 1', 'Content-Length: 2'],
      'ab',
    );
    expect(statuses).toEqual([400]);
    expect(await atAdobe()).toEqual([]);
  });
});

describe('T48 hop-by-hop headers', () => {
  test.each([
    'close, AD-Service-Token, Authorization, X-Forwarded-For',
    'CLOSE, ad-service-token, authorization, x-forwarded-for',
  ])('naming ours in Connection removes nothing: %s', async (value) => {
    await sendLines(t.origin, ['GET /api/v2/REF30/profiles HTTP/1.1', ...own(), `Connection: ${value}`]);
    const [sent] = await atAdobe();
    expect(sent?.serviceToken).toMatchObject({ verified: true });
    expect(sent?.headers).toMatchObject({ 'x-forwarded-for': tv.address });
  });

  test.each([
    'TE: trailers',
    'Trailer: X',
    'Keep-Alive: timeout=9',
    'Upgrade: h2c',
    'Proxy-Authorization: canary',
  ])('%s stays behind', async (line) => {
    await get('/api/v2/REF30/profiles', line);
    const name = line.split(':')[0]?.toLowerCase() ?? '';
    for (const { headers } of await atAdobe()) expect(headers).not.toHaveProperty(name);
  });
});

describe('T49 X-Forwarded-For is read from the right, and nothing else names the device', () => {
  test.each([
    ['an address in front of the real one', `6.6.6.6, 203.0.113.10`],
    ['fifty of them', `${Array.from({ length: 50 }, () => '6.6.6.6').join(', ')}, 203.0.113.10`],
    ['junk in front', `unknown, ;, fe80::1%eth0, 203.0.113.10`],
  ])('%s', async (_what, value) => {
    await tv.call('/REF30/profiles', { headers: { 'x-forwarded-for': value, forwarded: 'for=6.6.6.6' } });
    const [sent] = await atAdobe();
    expect(sent?.headers['x-forwarded-for']).toBe('203.0.113.10');
  });
});

test('T50 headers that rewrite the request change neither route nor address', async () => {
  const rewriting = {
    'x-forwarded-uri': '/api/v2/REF40/profiles',
    'x-forwarded-prefix': '/evil',
    'x-forwarded-method': 'POST',
    'x-forwarded-proto': 'javascript',
    'x-original-url': '/api/v2/REF40/profiles',
    'x-rewrite-url': '/api/v2/REF40/profiles',
    'x-http-method-override': 'DELETE',
  };
  const answer = await tv.call('/REF30/profiles', { headers: rewriting });
  expect(answer.status).toBe(200);
  expect((await atAdobe()).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v2/REF30/profiles',
  ]);
});

describe('T51 no suffix turns a protected route into an open one', () => {
  test.each(['?', '?/livez', '#/livez', ';/livez', '/../livez', '?x=/.well-known/openid-configuration'])(
    '/api/v2/REF30/profiles%s',
    async (suffix) => {
      const { statuses } = await sendLines(t.origin, [
        `GET /api/v2/REF30/profiles${suffix} HTTP/1.1`,
        'Host: localhost',
        'User-Agent: kube-probe/1.30',
      ]);
      expect([400, 401, 404]).toContain(statuses[0]);
      expect(await atAdobe()).toEqual([]);
    },
  );
});

describe('T53 line breaks in values', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  test.each([
    ['device id', { 'ap-device-identifier': `fingerprint ${base64('a\r\nad-service-token: x')}` }],
    ['device info', { 'x-device-info': base64('{"model":"a\\r\\nad-service-token: x"}') }],
  ])('%s', async (_what, headers) => {
    const anonymous = t.device('tv', { id: 'line-breaks' });
    await anonymous.register();
    const answer = await anonymous.call('/REF30/profiles', { headers });
    expect(answer.status).toBeLessThan(500);
    for (const { headers: sent } of await atAdobe()) expect(sent).not.toHaveProperty('ad-service-token');
  });
});

describe('T54 what is not a request for one of our resources', () => {
  test.each([
    'TRACE /api/v2/REF30/profiles HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET http://evil.example/api/v2/REF30/profiles HTTP/1.1',
    'PRI * HTTP/2.0',
    'BREW /api/v2/REF30/profiles HTTP/1.1',
  ])('%s', async (line) => {
    const { statuses } = await sendLines(t.origin, [line, ...own()]);
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(statuses[0]).toBeLessThan(500);
    expect(await atAdobe()).toEqual([]);
  });
});

describe('T55 ambiguous framing sends no second request', () => {
  const smuggled = 'GET /api/v2/REF30/profiles?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
  test.each<[string, readonly string[], string]>([
    ['both lengths', ['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`],
    ['a padded encoding', ['Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`],
    ['an unknown encoding', ['Transfer-Encoding: xchunked', 'Content-Length: 0'], smuggled],
    ['a folded header', ['X: a', ' Transfer-Encoding: chunked', 'Content-Length: 0'], smuggled],
    ['a negative length', ['Content-Length: -1'], smuggled],
    ['a signed length', ['Content-Length: +5'], `hello${smuggled}`],
    ['an overlong chunk size', ['Transfer-Encoding: chunked'], `FFFFFFFFFFFFFFFF0\r\n${smuggled}`],
  ])('%s', async (_what, framing, body) => {
    await sendLines(t.origin, ['POST /api/v2/REF30/sessions HTTP/1.1', ...own(), ...framing], body);
    expect((await atAdobe()).filter(({ query }) => 'smuggled' in query)).toEqual([]);
  });
});

describe('T56 every other method is answered 405 with Allow, and nothing goes on', () => {
  const routes: readonly (readonly [string, string])[] = [
    ['/api/v2/REF30/configuration', 'GET'],
    ['/api/v2/REF30/sessions', 'POST'],
    ['/api/v2/REF30/profiles', 'GET'],
    ['/api/v2/REF30/profiles/Cablevision', 'GET'],
    ['/api/v2/REF30/decisions/authorize/Cablevision', 'POST'],
    ['/api/v2/REF30/decisions/preauthorize/Cablevision', 'POST'],
    ['/api/v2/REF30/logout/Cablevision', 'GET'],
    ['/o/client/register', 'POST'],
    ['/o/client/token', 'POST'],
  ];
  test.each(routes)('%s', async (path, allow) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter(
      (other) => other !== allow,
    )) {
      const { statuses, text } = await sendLines(t.origin, [`${method} ${path} HTTP/1.1`, ...own()]);
      expect([method, statuses]).toEqual([method, [405]]);
      expect(text.toLowerCase()).toContain(`allow: ${allow.toLowerCase()}`);
    }
    expect(await atAdobe()).toEqual([]);
  });
});
