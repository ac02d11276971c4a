import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Method } from '#src/client/request';
import { defaultFixtures as fixtures } from '#src/default-fixtures';
import { base64, completeForm, type Device, startWorld, type World } from './world.ts';

let world: World;
let tv: Device;
beforeAll(async () => {
  world = await startWorld();
  tv = await world.device();
});
afterAll(() => world[Symbol.asyncDispose]());

const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
const encoded = (value: string) => encodeURIComponent(value);

interface Defect {
  readonly method?: Method;
  readonly path: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string;
}

/** A request of a well-behaved device but for what `defect` says; a header given as undefined is left out. */
const ask = ({ method = 'GET', path, headers = {}, body }: Defect) => {
  const all = Object.entries({ ...tv.headers, ...headers }).filter(([, value]) => value !== undefined);
  return world.adobe(path, {
    method,
    headers: Object.fromEntries(all) as Record<string, string>,
    ...(body !== undefined && { body }),
  });
};

const sessions = (change: Record<string, string>, headers = {}): Defect => ({
  method: 'POST',
  path: '/api/v2/REF30/sessions',
  headers: { 'content-type': form, ...headers },
  body: new URLSearchParams({ ...completeForm, ...change }).toString(),
});
const decide = (body: string, operation = 'authorize', mvpd = 'Cablevision'): Defect => ({
  method: 'POST',
  path: `/api/v2/REF30/decisions/${operation}/${mvpd}`,
  headers: { 'content-type': json },
  body,
});
const profiles = (headers: Record<string, string | undefined>): Defect => ({
  path: '/api/v2/REF30/profiles',
  headers,
});
const logout = (redirectUrl: string): Defect => ({
  path: `/api/v2/REF30/logout/Cablevision?redirectUrl=${encoded(redirectUrl)}`,
});

const rows: [string, Defect, number, string][] = [
  ['bearer missing', profiles({ authorization: undefined }), 401, 'invalid_access_token'],
  ['bearer garbage', profiles({ authorization: 'Bearer junk' }), 401, 'invalid_access_token'],
  ['another scheme', profiles({ authorization: 'Basic YTpi' }), 401, 'invalid_access_token'],
  [
    "a service provider that is not the app's",
    { path: '/api/v2/REF40/profiles' },
    401,
    'invalid_access_token_service_provider',
  ],
  [
    'unknown service provider',
    { path: '/api/v2/NOBODY/profiles' },
    400,
    'invalid_parameter_service_provider',
  ],
  [
    'service provider of dots',
    { path: '/api/v2/%2e%2e%2fREF30/profiles' },
    400,
    'invalid_parameter_service_provider',
  ],
  [
    'service provider undecodable',
    { path: '/api/v2/%zz/profiles' },
    400,
    'invalid_parameter_service_provider',
  ],
  ['unknown mvpd in the path', { path: '/api/v2/REF30/profiles/Nobody' }, 400, 'invalid_parameter_mvpd'],
  ['unknown mvpd in a session', sessions({ mvpd: 'Nobody' }), 400, 'invalid_parameter_mvpd'],
  [
    'unknown mvpd in a decision',
    decide('{"resources":["REF30"]}', 'authorize', 'Nobody'),
    400,
    'invalid_parameter_mvpd',
  ],
  [
    'device identifier missing',
    profiles({ 'ap-device-identifier': undefined }),
    400,
    'invalid_header_device_identifier',
  ],
  [
    'device identifier with a wrong prefix',
    profiles({ 'ap-device-identifier': 'serial YWJj' }),
    400,
    'invalid_header_device_identifier',
  ],
  [
    'device identifier not Base64',
    profiles({ 'ap-device-identifier': 'fingerprint a b!' }),
    400,
    'invalid_header_device_identifier',
  ],
  [
    'device identifier empty',
    profiles({ 'ap-device-identifier': 'fingerprint ' }),
    400,
    'invalid_header_device_identifier',
  ],
  [
    'device info not Base64',
    profiles({ 'x-device-info': '{"model":"TV"}' }),
    400,
    'invalid_header_device_info',
  ],
  [
    'device info not JSON',
    profiles({ 'x-device-info': Buffer.from('{"model" "TV"}').toString('base64') }),
    400,
    'invalid_header_device_info',
  ],
  ['device info no object', profiles({ 'x-device-info': base64(['TV']) }), 400, 'invalid_header_device_info'],
  [
    'redirectUrl of another domain',
    sessions({ redirectUrl: 'https://evil.example' }),
    400,
    'invalid_parameter_redirect_url',
  ],
  [
    'redirectUrl that only ends alike',
    sessions({ redirectUrl: 'https://notadobe.com' }),
    400,
    'invalid_parameter_redirect_url',
  ],
  [
    'redirectUrl with userinfo',
    sessions({ redirectUrl: 'https://adobe.com@evil.example/' }),
    400,
    'invalid_parameter_redirect_url',
  ],
  [
    'redirectUrl with empty userinfo',
    sessions({ redirectUrl: 'https://@adobe.com/' }),
    400,
    'invalid_parameter_redirect_url',
  ],
  [
    'redirectUrl with a script',
    sessions({ redirectUrl: 'javascript:alert(1)' }),
    400,
    'invalid_parameter_redirect_url',
  ],
  [
    'redirectUrl with a backslash',
    sessions({ redirectUrl: 'https://evil.example\\.adobe.com' }),
    400,
    'invalid_parameter_redirect_url',
  ],
  ['domainName of nobody', sessions({ domainName: 'evil.example' }), 400, 'invalid_parameter_domain_name'],
  [
    'redirectUrl missing on logout',
    { path: '/api/v2/REF30/logout/Cablevision' },
    400,
    'invalid_parameter_redirect_url',
  ],
  [
    'redirectUrl of another domain on logout',
    logout('https://evil.example'),
    400,
    'invalid_parameter_redirect_url',
  ],
  ['resources missing', decide('{}'), 400, 'invalid_parameter_resources'],
  ['resources empty', decide('{"resources":[]}'), 400, 'invalid_parameter_resources'],
  ['resources no list', decide('{"resources":"REF30"}'), 400, 'invalid_parameter_resources'],
  ['body no JSON', decide('resources=REF30'), 400, 'invalid_parameter_resources'],
  [
    'too many resources',
    decide(JSON.stringify({ resources: [...'abcdef'] }), 'preauthorize'),
    403,
    'too_many_resources',
  ],
  ['a malformed code', { path: '/api/v2/REF30/sessions/no-code' }, 400, 'invalid_parameter_code'],
  [
    'a malformed code of a profile',
    { path: '/api/v2/REF30/profiles/code/%00' },
    400,
    'invalid_parameter_code',
  ],
  ['an unknown code', { path: '/api/v2/REF30/sessions/AAAAAAA' }, 400, 'invalid_authentication_session'],
  [
    'an unknown code of a profile',
    { path: '/api/v2/REF30/profiles/code/AAAAAAA' },
    400,
    'invalid_authentication_session',
  ],
  ['a session sent as JSON', sessions({}, { 'content-type': json }), 400, 'invalid_header_content_type'],
  [
    'a decision sent as a form',
    { ...decide('resources=REF30'), headers: { 'content-type': form } },
    400,
    'invalid_header_content_type',
  ],
  ['a wrong verb', { method: 'DELETE', path: '/api/v2/REF30/profiles' }, 405, 'method_not_allowed'],
  [
    'another wrong verb',
    { path: '/api/v2/REF30/decisions/authorize/Cablevision' },
    405,
    'method_not_allowed',
  ],
  ['a path in other letters', { path: '/API/v2/REF30/profiles' }, 404, 'not_found'],
  ['a path with a slash too many', { path: '/api/v2/REF30/profiles/' }, 404, 'not_found'],
  ['no operation at all', { path: '/api/v1/whatever' }, 404, 'not_found'],
];

test.each(rows)('%s', async (_, defect, status, code) => {
  const reply = await ask(defect);
  expect(reply.status).toBe(status);
  expect(reply.headers['content-type']).toBe('application/json;charset=UTF-8');
  expect(reply.body).toEqual({
    action: expect.any(String),
    status,
    code,
    message: expect.any(String),
    helpUrl: expect.stringMatching(/^https:/),
    trace: expect.any(String),
  });
});

test('a known mvpd without integration', async () => {
  await using own = await startWorld({
    fixtures: {
      ...fixtures,
      serviceProviders: fixtures.serviceProviders.map((sp) => ({ ...sp, mvpds: ['Dish'] })),
    },
  });
  const device = await own.device();
  const replies = [
    await device.form('/api/v2/REF30/sessions', completeForm),
    await device.get('/api/v2/REF30/profiles/Cablevision'),
    await device.json('/api/v2/REF30/decisions/preauthorize/Cablevision', { resources: ['REF30'] }),
    await device.json('/api/v2/REF30/decisions/authorize/Cablevision', { resources: ['REF30'] }),
    await device.get('/api/v2/REF30/logout/Cablevision?redirectUrl=https://adobe.com'),
  ];
  for (const reply of replies)
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_integration' } });
  // An incomplete create does not look at the integration yet.
  const begun = await device.form('/api/v2/REF30/sessions', { mvpd: 'Cablevision' });
  expect(begun.body).toMatchObject({ actionName: 'resume' });
});

describe('what passes', () => {
  test.each([
    ['no device info, as browsers do', profiles({ 'x-device-info': undefined })],
    ['media type parameters', sessions({}, { 'content-type': `${form}; charset=utf-8` })],
    ['a redirectUrl below a registered domain', sessions({ redirectUrl: 'https://tv.adobe.com/a?b#c' })],
  ])('%s', async (_, request) => {
    expect((await ask(request)).status).toBe(200);
  });
});

test('the configuration lists integrated MVPDs, and leaves false booleans out', async () => {
  const { body } = await tv.get('/api/v2/REF30/configuration');
  expect(body).toMatchObject({
    device: 'TV 5th Gen',
    requestor: {
      id: 'REF30',
      domains: expect.arrayContaining([{ name: 'adobe.com', mvpdInitiated: false }]),
      mvpds: expect.arrayContaining([
        { id: 'Dish', displayName: 'DISH', logoUrl: expect.any(String) },
        expect.objectContaining({ id: 'TempPass_TEST40', isTempPass: true }),
      ]),
    },
  });
});
