import { connect } from 'node:net';
import { type ApiRequest, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;

beforeAll(async () => {
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
});
afterAll(async () => t[Symbol.asyncDispose]());

type Case = [
  what: string,
  request: Partial<ApiRequest> & { path: string },
  status: number,
  code: string,
  field?: string,
];

const form = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
const session = (changes: object): Case[1] => ({
  path: '/REF30/sessions',
  method: 'POST',
  form: { ...form, ...changes },
});
const decide = (json: ApiRequest['json'] & object, headers = {}): Case[1] => ({
  path: '/REF30/decisions/authorize/Cablevision',
  method: 'POST',
  headers,
  json,
});
const profiles = (headers: Record<string, string>): Case[1] => ({ path: '/REF30/profiles', headers });
const base64 = (text: string) => Buffer.from(text).toString('base64');

const cases: Case[] = [
  ['no bearer', profiles({ authorization: '' }), 401, 'gateway_access_token_missing', 'Authorization'],
  ['a junk bearer', profiles({ authorization: 'Bearer junk' }), 401, 'gateway_access_token_invalid'],
  [
    'a bearer that is no token68',
    profiles({ authorization: 'Bearer %E0%A4%A' }),
    401,
    'gateway_access_token_invalid',
  ],
  [
    'two bearers in one line',
    profiles({ authorization: 'Bearer a, Bearer b' }),
    401,
    'gateway_access_token_invalid',
  ],
  ['another scheme', profiles({ authorization: 'Basic YTpi' }), 401, 'gateway_access_token_invalid'],
  [
    'a service provider of another app',
    { path: '/REF40/profiles' },
    401,
    'invalid_access_token_service_provider',
    'serviceProvider',
  ],
  [
    'another device identifier',
    profiles({ 'ap-device-identifier': `fingerprint ${base64('other')}` }),
    403,
    'gateway_device_mismatch',
    'AP-Device-Identifier',
  ],
  [
    'no device identifier',
    profiles({ 'ap-device-identifier': '' }),
    400,
    'invalid_header_device_identifier',
    'AP-Device-Identifier',
  ],
  [
    'a device identifier without its type',
    profiles({ 'ap-device-identifier': base64('tv') }),
    400,
    'invalid_header_device_identifier',
  ],
  [
    'a device identifier that is not Base64',
    profiles({ 'ap-device-identifier': 'fingerprint ***' }),
    400,
    'invalid_header_device_identifier',
  ],
  [
    'an address in device info that is not Base64',
    profiles({ 'x-device-info': '{"connectionIp":"6.6.6.6"}' }),
    400,
    'invalid_header_device_info',
    'X-Device-Info',
  ],
  [
    'a body of the wrong type',
    { path: '/REF30/sessions', method: 'POST', json: form },
    415,
    'gateway_content_type',
    'Content-Type',
  ],
  [
    'a compressed body',
    decide({ resources: ['REF30'] }, { 'content-encoding': 'gzip' }),
    415,
    'gateway_content_type',
    'Content-Encoding',
  ],
  ['a large body', decide({ resources: ['x'.repeat(70_000)] }), 413, 'gateway_body_too_large'],
  ['no resources', decide({ resources: [] }), 400, 'invalid_parameter_resources', 'resources'],
  [
    'resources that are no list',
    decide({ resources: 'REF30' }),
    400,
    'invalid_parameter_resources',
    'resources',
  ],
  ['an empty body object', decide({}), 400, 'invalid_parameter_resources', 'resources'],
  ['an mvpd with a path in it', session({ mvpd: '../../admin' }), 400, 'invalid_parameter_mvpd', 'mvpd'],
  [
    'a domain that is none',
    session({ domainName: 'adobe.com/../x' }),
    400,
    'gateway_parameter_invalid',
    'domainName',
  ],
  [
    'a script as redirectUrl',
    session({ redirectUrl: 'javascript:alert(1)' }),
    400,
    'invalid_parameter_redirect_url',
    'redirectUrl',
  ],
  [
    'a redirectUrl with a user in it',
    session({ redirectUrl: 'https://adobe.com@evil.example/' }),
    400,
    'invalid_parameter_redirect_url',
    'redirectUrl',
  ],
  [
    'a redirectUrl with a line break',
    session({ redirectUrl: 'https://adobe.com/\r\nx: y' }),
    400,
    'invalid_parameter_redirect_url',
    'redirectUrl',
  ],
  [
    'a code nobody made',
    { path: '/REF30/profiles/code/ABC1234' },
    400,
    'invalid_authentication_session',
    'code',
  ],
  [
    'a code nobody made, to resume',
    { path: '/REF30/sessions/ABC1234', method: 'POST', form },
    400,
    'invalid_authentication_session',
    'code',
  ],
  ['another method', { path: '/REF30/profiles', method: 'POST', form }, 405, 'gateway_method_not_allowed'],
  ['DELETE', { path: '/REF30/logout/Cablevision', method: 'DELETE' }, 405, 'gateway_method_not_allowed'],
  ['a path that is not there', { path: '/REF30/nothing/at/all' }, 404, 'gateway_not_found'],
];

test.each(cases)('%s', async (_what, { path, ...more }, status, code, field) => {
  await t.control.clearRequests();
  const answer = await tv.call(path, more);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ status, code, helpUrl: `${t.origin}/errors/${code}` });
  expect(answer.body['message']).toMatch(/\.$/);
  expect(answer.body['message'], 'words of a library').not.toMatch(
    /expected|received|Invalid|Too (small|big)/,
  );
  if (field) expect(answer.body['message']).toContain(`(field ${field})`);
  if (status === 405) expect(answer.headers['allow']).toMatch(/^(GET|POST)$/);
  expect(answer.body['trace']).toBe(answer.headers['x-request-id']);
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});

/** A request line and headers exactly as written; the answer's status. */
const raw = (lines: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(t.origin).port), '127.0.0.1', () => {
      socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])));
    socket.on('error', reject);
  });

const own = () => [
  'Host: localhost',
  `Authorization: Bearer ${tv.tokens?.accessToken}`,
  `AP-Device-Identifier: ${tv.headers['ap-device-identifier']}`,
];

describe('tricks in the path reach nobody', () => {
  const spellings = [
    '..',
    '.',
    '%2e%2e',
    '%2E%2e',
    '%252e%252e',
    '%2f',
    '%5c',
    '%00',
    '%0d%0aX: y',
    ';x',
    '%E0%A4%A',
    '..;',
    'a%2fb',
    '#',
    'a b',
  ];
  const places = [
    '/api/v2/X/profiles',
    '/api/v2/REF30/profiles/X',
    '/api/v2/REF30/profiles/code/X',
    '/api/v2/REF30/sessions/X',
    '/api/v2/REF30/logout/X',
    '/api/v2/authenticate/X/ABC',
    '/api/v2/authenticate/REF30/X',
  ];
  test.each(places)('%s', async (place) => {
    await t.control.clearRequests();
    for (const spelling of spellings) {
      const status = await raw([`GET ${place.replace('X', spelling)} HTTP/1.1`, ...own()]);
      expect([400, 404], `${place} with ${spelling}`).toContain(status);
    }
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });
  test.each([
    '//api/v2/REF30/profiles',
    '/api/v2//profiles',
    '/API/v2/REF30/profiles',
    '/api/v2/./REF30/profiles',
  ])('%s', async (path) => {
    await t.control.clearRequests();
    expect([400, 404]).toContain(await raw([`GET ${path} HTTP/1.1`, ...own()]));
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });
});

describe('headers sent twice are refused', () => {
  test.each([
    'AD-Service-Token',
    'Authorization',
    'AP-Device-Identifier',
    'X-Device-Info',
    'Content-Type',
    'Host',
  ])('%s', async (name) => {
    await t.control.clearRequests();
    const lines = [
      ...own().filter((line) => !line.startsWith(`${name}:`)),
      `${name}: a`,
      `${name.toLowerCase()}: a`,
    ];
    expect(await raw(['GET /api/v2/REF30/profiles HTTP/1.1', ...lines])).toBe(400);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });
});

test('a valid token behind something else is no bearer', async () => {
  for (const value of [
    `x Bearer ${tv.tokens?.accessToken}`,
    `Bearer  ${tv.tokens?.accessToken}`,
    `Bearer\t${tv.tokens?.accessToken}`,
  ]) {
    expect((await tv.call('/REF30/profiles', { headers: { authorization: value } })).status).toBe(401);
  }
});

test('a form field sent twice is refused, by its name', async () => {
  await t.control.clearRequests();
  const answer = await fetch(`${t.origin}/api/v2/REF30/sessions`, {
    method: 'POST',
    headers: { ...tv.headers, authorization: `Bearer ${tv.tokens?.accessToken}` },
    body: new URLSearchParams('mvpd=Cablevision&mvpd=Dish'),
  });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { message: string }).message).toContain('(field mvpd)');
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});

test('a request target with a host of its own is refused', async () => {
  expect(await raw(['GET http://evil.example/api/v2/REF30/profiles HTTP/1.1', ...own()])).toBe(404);
});

test('a hostile Host header changes no address that we give out', async () => {
  const answers = await Promise.all(
    ['/.well-known/openid-configuration', '/api/v2/REF30/profiles'].map((path) =>
      request({
        url: `${t.origin}${path}`,
        headers: { host: 'gw:80@evil.example', 'x-forwarded-host': 'evil.example' },
      }),
    ),
  );
  expect(JSON.stringify(answers)).not.toContain('evil.example');
  expect(answers[0]?.body['issuer']).toBe(t.origin);
});

describe('client registration', () => {
  const post = (path: string, more: Partial<ApiRequest>) =>
    request({ method: 'POST', url: `${t.origin}/o/client/${path}`, ...more });

  test.each([
    ['a foreign statement', { json: { software_statement: 'e30.e30.e30' } }, 'invalid_software_statement'],
    ['no statement', { json: {} }, 'invalid_request'],
    ['a form', { form: { software_statement: 'x' } }, 'invalid_request'],
  ])('%s', async (_what, more, error) => {
    const answer = await post('register', more);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).toMatchObject({ error });
  });

  test.each([
    [
      'unknown credentials',
      { client_id: 'x', client_secret: 'y', grant_type: 'client_credentials' },
      'invalid_client',
    ],
    [
      'another grant',
      { client_id: 'x', client_secret: 'y', grant_type: 'password' },
      'unsupported_grant_type',
    ],
    ['no grant', { client_id: 'x', client_secret: 'y' }, 'invalid_request'],
  ])('a token for %s', async (_what, form, error) => {
    const answer = await post('token', { form });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error });
  });
});

test('one kind of token is never taken for another', async () => {
  const anonymous = t.device('tv', { id: 'another-tv' });
  await anonymous.register();
  const clientToken = anonymous.tokens?.accessToken ?? '';
  const userinfo = await request({
    url: `${t.origin}/me`,
    headers: { authorization: `Bearer ${clientToken}` },
  });
  expect(userinfo.status).toBe(401);

  const [sent] = reachedAdobe(await t.control.requests());
  await tv.profiles();
  const serviceToken = (await t.control.requests()).findLast(({ headers }) => 'ad-service-token' in headers)
    ?.headers['ad-service-token'];
  for (const bearer of [
    String(serviceToken),
    tv.tokens?.refreshToken,
    `${tv.tokens?.accessToken}x`,
    tv.tokens?.accessToken.slice(0, -1),
  ]) {
    const answer = await tv.call('/REF30/profiles', { headers: { authorization: `Bearer ${bearer}` } });
    expect(answer.status, String(sent?.operation)).toBe(401);
  }
});
