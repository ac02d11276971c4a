import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeForm, redirectUrl } from '../world.ts';
import { type Adobe, type AdobeDevice, firstDecision, partnerStatus, startAdobe } from './client.ts';

/** One test for each row of the table from defect to answer. */
let world: Adobe;
let tv: AdobeDevice;
beforeAll(async () => {
  world = await startAdobe();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.deviceOf();
});

const refusal = (status: number, code: string, action = 'none') => ({
  status,
  body: { status, code, action, trace: expect.any(String) },
});
const url = `redirectUrl=${encodeURIComponent(redirectUrl)}`;

test.each([
  ['missing', ''],
  ['garbage', 'Bearer garbage'],
  ['of another kind', 'Basic YTpi'],
])('bearer %s: 401', async (_, authorization) => {
  expect(await tv.get('/profiles', { authorization })).toMatchObject({ status: 401 });
});

test('bearer expired: 401', async () => {
  await world.clock.advance(21_600_000);
  expect((await tv.get('/profiles')).status).toBe(401);
});

test('bearer not valid for this service provider: 401 invalid_access_token_service_provider', async () => {
  const reply = await tv.raw.get('/api/v2/REF40/profiles');
  expect(reply).toMatchObject(
    refusal(401, 'invalid_access_token_service_provider', 'application-registration'),
  );
});

test('client application revoked: 401 invalid_access_token_client_application', async () => {
  await world.control('/apps', { app: 'ref30-tv', softwareStatement: 'revoked' });
  expect(await tv.get('/profiles')).toMatchObject(
    refusal(401, 'invalid_access_token_client_application', 'application-registration'),
  );
});

test('unknown service provider: 400 invalid_parameter_service_provider', async () => {
  expect(await tv.raw.get('/api/v2/NOBODY/profiles')).toMatchObject(
    refusal(400, 'invalid_parameter_service_provider'),
  );
});

const ofMvpd = (mvpd: string): [string, (device: AdobeDevice) => Promise<unknown>][] => [
  ['profile by mvpd', (device) => device.get(`/profiles/${mvpd}`)],
  ['preauthorize', (device) => device.json(`/decisions/preauthorize/${mvpd}`, { resources: ['REF30'] })],
  ['authorize', (device) => device.json(`/decisions/authorize/${mvpd}`, { resources: ['REF30'] })],
  ['logout', (device) => device.get(`/logout/${mvpd}?${url}`)],
  ['session', (device) => device.form('/sessions', { ...completeForm, mvpd })],
];

describe('unknown mvpd: 400 invalid_parameter_mvpd', () => {
  test.each(ofMvpd('Nobody'))('%s', async (_, ask) => {
    expect(await ask(tv)).toMatchObject(refusal(400, 'invalid_parameter_mvpd'));
  });
});

describe('known mvpd, disabled integration: 400 invalid_integration, even with a profile', () => {
  test.each(ofMvpd('Cablevision'))('%s', async (_, ask) => {
    await tv.logIn();
    await world.control('/integrations', { serviceProvider: 'REF30', mvpd: 'Cablevision', enabled: false });
    expect(await ask(tv)).toMatchObject(refusal(400, 'invalid_integration'));
  });
});

test('unknown partner: 400 invalid_parameter_partner', async () => {
  const status = partnerStatus(world.clock.now());
  for (const path of ['/sessions/sso/Nobody', '/profiles/sso/Nobody'])
    expect(await tv.form(path, {}, status)).toMatchObject(refusal(400, 'invalid_parameter_partner'));
});

describe('device identifier: 400 invalid_header_device_identifier', () => {
  test.each([
    ['missing', ''],
    ['wrong prefix', 'hash dHY='],
    ['not Base64', 'fingerprint ü'],
    ['of no length that Base64 has', 'fingerprint dHY6a'],
  ])('%s', async (_, value) => {
    expect(await tv.get('/profiles', { 'ap-device-identifier': value })).toMatchObject(
      refusal(400, 'invalid_header_device_identifier'),
    );
  });
});

test.each([
  ['not Base64', '{}'],
  ['not JSON', 'bm90IGpzb24='],
  ['no object', 'W10='],
])('device info that is %s: 400 invalid_header_device_info', async (_, value) => {
  expect(await tv.get('/profiles', { 'x-device-info': value })).toMatchObject(
    refusal(400, 'invalid_header_device_info'),
  );
});

describe('redirectUrl: 400 invalid_parameter_redirect_url', () => {
  test('missing on logout', async () => {
    expect(await tv.get('/logout/Cablevision')).toMatchObject(refusal(400, 'invalid_parameter_redirect_url'));
  });
  test.each([
    'https://elsewhere.example/',
    'https://adobe.com.elsewhere.example/',
    'https://someone@adobe.com/',
    'https://@adobe.com/',
    'javascript:alert(1)',
    'nonsense',
  ])('%s', async (wrong) => {
    const refused = refusal(400, 'invalid_parameter_redirect_url');
    expect(await tv.form('/sessions', { ...completeForm, redirectUrl: wrong })).toMatchObject(refused);
    const query = `redirectUrl=${encodeURIComponent(wrong)}`;
    expect(await tv.get(`/logout/Cablevision?${query}`)).toMatchObject(refused);
  });
});

test('unregistered domainName: 400', async () => {
  expect((await tv.form('/sessions', { ...completeForm, domainName: 'elsewhere.example' })).status).toBe(400);
});

test.each([[{}], [{ resources: [] }], [{ resources: 'REF30' }], [{ resources: [1] }]])(
  'resources %j: 400 invalid_parameter_resources',
  async (body) => {
    for (const operation of ['preauthorize', 'authorize'])
      expect(await tv.json(`/decisions/${operation}/Cablevision`, body)).toMatchObject(
        refusal(400, 'invalid_parameter_resources'),
      );
  },
);

test('too many resources: too_many_resources, 403', async () => {
  const resources = ['1', '2', '3', '4', '5', '6'];
  expect(await tv.json('/decisions/preauthorize/Cablevision', { resources })).toMatchObject(
    refusal(403, 'too_many_resources', 'configuration'),
  );
});

const byCode: [string, (code: string) => Promise<unknown>][] = [
  ['resume', (code) => tv.form(`/sessions/${code}`, completeForm)],
  ['status', (code) => tv.get(`/sessions/${code}`)],
  ['profile by code', (code) => tv.get(`/profiles/code/${code}`)],
];

describe.each(byCode)('the code of a %s', (_, ask) => {
  test('malformed: 400 invalid_parameter_code', async () => {
    expect(await ask('nope')).toMatchObject(refusal(400, 'invalid_parameter_code'));
  });
  test('unknown: 400 invalid_authentication_session', async () => {
    expect(await ask('AAAAAAA')).toMatchObject(refusal(400, 'invalid_authentication_session'));
  });
  test('expired: 400 invalid_authentication_session', async () => {
    const { body } = await tv.form('/sessions', completeForm);
    await world.clock.advance(1_800_000);
    expect(await ask(String(body['code']))).toMatchObject(refusal(400, 'invalid_authentication_session'));
  });
  test('superseded: 400 invalid_authentication_session', async () => {
    const { body } = await tv.form('/sessions', completeForm);
    await tv.form('/sessions', completeForm);
    expect(await ask(String(body['code']))).toMatchObject(refusal(400, 'invalid_authentication_session'));
  });
});

describe('promotional TempPass without identity: invalid_header_identity_for_temporary_access', () => {
  const code = 'invalid_header_identity_for_temporary_access';
  test('profile by mvpd: 400', async () => {
    expect(await tv.get('/profiles/flexibleTempPass')).toMatchObject(refusal(400, code));
  });
  test('profile by code: 400', async () => {
    const { body } = await tv.form('/sessions', {});
    await tv.form(`/sessions/${body['code']}`, { ...completeForm, mvpd: 'flexibleTempPass' });
    expect(await tv.get(`/profiles/code/${body['code']}`)).toMatchObject(refusal(400, code));
  });
  test('authorize: inside the 200', async () => {
    const body = await tv.decide('authorize', { mvpd: 'flexibleTempPass' });
    expect(firstDecision(body)).toMatchObject({ source: 'temppass', authorized: false, error: { code } });
  });
});

test('wrong method: 405 with Allow', async () => {
  const reply = await world.adobe('/api/v2/REF30/profiles', { method: 'DELETE', headers: tv.raw.headers });
  expect(reply.status).toBe(405);
  expect(reply.headers['allow']).toContain('GET');
});

test('fault: 500 internal_server_error', async () => {
  const failing = {
    status: 500,
    body: {
      status: 500,
      code: 'internal_server_error',
      action: 'none',
      message: 'x',
      helpUrl: 'https://x.example',
    },
  };
  await world.control('/faults', {
    match: { party: 'adobe', operation: 'profiles.all' },
    fault: { kind: 'status', ...failing },
  });
  expect(await tv.get('/profiles')).toMatchObject(failing);
});
