/**
 * Who finds a defect of a request: the gateway, with the code of REST V2 and before anything is sent; or Adobe, whose answer
 * comes back as it is. docs/errors.md has the codes.
 */
import { type ApiRequest, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decisionsOf, reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(async () => t[Symbol.asyncDispose]());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const form = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
const logoutUrl = 'redirectUrl=https%3A%2F%2Fadobe.com';
const saml = { SAMLResponse: base64('<Response/>') };

type Sent = Omit<ApiRequest, 'url'> & { readonly path: string };
const get = (path: string, headers = {}): Sent => ({ path, headers });
const post = (path: string, body: Pick<ApiRequest, 'form' | 'json'>): Sent => ({
  path,
  method: 'POST',
  ...body,
});
const createSession = (changes: object) => post('/REF30/sessions', { form: { ...form, ...changes } });
const decide = (json: ApiRequest['json'] & object, mvpd = 'Cablevision', kind = 'authorize') =>
  post(`/REF30/decisions/${kind}/${mvpd}`, { json });

let devices = 0;

/** Its own address, so that no row waits for another one's calls. */
const registered = async (name: string, app = 'ref30-tv'): Promise<Device> => {
  devices += 1;
  const tv = t.device('tv', { app, id: name, address: `198.51.100.${devices}` });
  await tv.register();
  return tv;
};
type Row = [defect: string, sent: Sent, status: number, code: string, action?: string];

describe('the gateway refuses', () => {
  let tv: Device;
  beforeAll(async () => {
    tv = await registered('gateway');
    await tv.profiles();
    await t.control.clearRequests();
  });

  test.each<Row>([
    [
      'no bearer',
      get('/REF30/profiles', { authorization: '' }),
      401,
      'gateway_access_token_missing',
      'retry',
    ],
    [
      'a bearer of nobody',
      get('/REF30/profiles', { authorization: 'Bearer x' }),
      401,
      'gateway_access_token_invalid',
      'application-registration',
    ],
    [
      'a service provider of another app',
      get('/REF40/profiles'),
      401,
      'invalid_access_token_service_provider',
      'configuration',
    ],
    ['a service provider of no app', get('/REF99/profiles'), 400, 'invalid_parameter_service_provider'],
    ['a malformed service provider', get('/RE%2FF/profiles'), 400, 'invalid_parameter_service_provider'],
    ['a malformed MVPD in a path', get('/REF30/profiles/Cable%2Fvision'), 400, 'invalid_parameter_mvpd'],
    ['a malformed MVPD in a form', createSession({ mvpd: '../x' }), 400, 'invalid_parameter_mvpd'],
    ['a malformed MVPD of decisions', decide({ resources: ['a'] }, 'a%2Fb'), 400, 'invalid_parameter_mvpd'],
    ['a malformed MVPD of a logout', get(`/REF30/logout/a%2Fb?${logoutUrl}`), 400, 'invalid_parameter_mvpd'],
    [
      'a malformed partner',
      post('/REF30/profiles/sso/Ap%2Fple', { form: saml }),
      400,
      'invalid_parameter_partner',
    ],
    [
      'no SAML response',
      post('/REF30/profiles/sso/Apple', { form: {} }),
      400,
      'invalid_parameter_saml_response',
    ],
    [
      'a SAML response that is not Base64',
      post('/REF30/profiles/sso/Apple', { form: { SAMLResponse: '<Response/>' } }),
      400,
      'invalid_parameter_saml_response',
    ],
    [
      'no device identifier',
      get('/REF30/profiles', { 'ap-device-identifier': '' }),
      400,
      'invalid_header_device_identifier',
    ],
    [
      'a device identifier of another type',
      get('/REF30/profiles', { 'ap-device-identifier': `serial ${base64('tv')}` }),
      400,
      'invalid_header_device_identifier',
    ],
    [
      'a device identifier that is not Base64',
      get('/REF30/profiles', { 'ap-device-identifier': 'fingerprint ***' }),
      400,
      'invalid_header_device_identifier',
    ],
    [
      'an address in device info that cannot be read',
      get('/REF30/profiles', { 'x-device-info': base64('{"connectionIp":"6.6.6.6"') }),
      400,
      'invalid_header_device_info',
    ],
    [
      'a redirectUrl that is none',
      createSession({ redirectUrl: 'nowhere' }),
      400,
      'invalid_parameter_redirect_url',
    ],
    [
      'a redirectUrl of another site',
      createSession({ redirectUrl: 'https://evil.example/' }),
      400,
      'invalid_parameter_redirect_url',
    ],
    [
      'a redirectUrl of a logout that is none',
      get('/REF30/logout/Cablevision?redirectUrl=nowhere'),
      400,
      'invalid_parameter_redirect_url',
    ],
    ['no resources', decide({}), 400, 'invalid_parameter_resources'],
    ['an empty list of resources', decide({ resources: [] }), 400, 'invalid_parameter_resources'],
    ['an empty resource', decide({ resources: ['a', ''] }), 400, 'invalid_parameter_resources'],
    ['resources that are no list', decide({ resources: 'a' }), 400, 'invalid_parameter_resources'],
    [
      'no resources to preauthorize',
      decide({ resources: [] }, 'Cablevision', 'preauthorize'),
      400,
      'invalid_parameter_resources',
    ],
    ['a malformed code', get('/REF30/profiles/code/A%20B'), 400, 'invalid_parameter_code'],
    ['a malformed code to resume', post('/REF30/sessions/A%20B', { form }), 400, 'invalid_parameter_code'],
    ['a code that nobody made', get('/REF30/profiles/code/8ER640M'), 400, 'invalid_authentication_session'],
    ['a session that nobody made', get('/REF30/sessions/8ER640M'), 400, 'invalid_authentication_session'],
    [
      'a session to resume that nobody made',
      post('/REF30/sessions/8ER640M', { form }),
      400,
      'invalid_authentication_session',
    ],
    ['another verb', { path: '/REF30/profiles', method: 'DELETE' }, 405, 'gateway_method_not_allowed'],
  ])('%s', async (_defect, { path, ...sent }, status, code, action = 'none') => {
    const answer = await tv.call(path, sent);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.body).toMatchObject({ status, action, helpUrl: `${t.origin}/errors/${code}` });
    expect((await request({ url: String(answer.body['helpUrl']) })).body).toMatchObject({ code, status });
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });
});

test('the gateway refuses a code after a newer one was requested', async () => {
  const tv = await registered('superseded');
  const [first] = [await tv.createSession(form), await tv.createSession(form)];
  await t.control.clearRequests();
  const answer = await tv.profileByCode(String(first.body['code']));
  expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_authentication_session']);
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});

/** The app's answer is the one that Adobe sent. */
const expectAsSent = async (answer: Awaited<ReturnType<Device['call']>>): Promise<void> => {
  const last = reachedAdobe(await t.control.requests()).at(-1);
  expect(answer.status).toBe(last?.status);
  expect(answer.text).toBe(last?.response?.body);
};

describe('Adobe refuses, and its answer comes back as it is', () => {
  test.each<Row>([
    ['an MVPD that it does not know', get('/REF30/profiles/Nobody'), 400, 'invalid_parameter_mvpd'],
    [
      'an MVPD that it does not know, in a form',
      createSession({ mvpd: 'Nobody' }),
      400,
      'invalid_parameter_mvpd',
    ],
    [
      'a partner that it does not know',
      post('/REF30/sessions/sso/Nobody', {
        form: { domainName: 'adobe.com', redirectUrl: form.redirectUrl },
      }),
      400,
      'invalid_parameter_partner',
    ],
    [
      'a logout without a redirectUrl',
      get('/REF30/logout/Cablevision'),
      400,
      'invalid_parameter_redirect_url',
    ],
    [
      'a promotional TempPass without an identity',
      get('/REF30/profiles/flexibleTempPass'),
      400,
      'invalid_header_identity_for_temporary_access',
    ],
  ])('%s', async (defect, { path, ...sent }, status, code) => {
    const tv = await registered(defect);
    const answer = await tv.call(path, sent);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    await expectAsSent(answer);
  });

  test('an integration that is not active', async () => {
    const tv = await registered('integration', 'apasstest1-tv');
    const answer = await tv.call('/apasstest1/profiles/Dish');
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_integration']);
    await expectAsSent(answer);
  });

  test.each(['preauthorize', 'authorize'] as const)(
    'more resources than the MVPD takes: %s',
    async (kind) => {
      const tv = await registered(kind);
      const resources = Array.from({ length: 150 }, (_, index) => `channel-${index}`);
      const answer = await tv[kind]('Cablevision', resources);
      await expectAsSent(answer);
      const codes = [answer.body['code'], ...decisionsOf(answer).map(({ error }) => error?.code)];
      expect(codes).toContain('too_many_resources');
      const sent = reachedAdobe(await t.control.requests()).filter(
        ({ operation }) => operation === `decisions.${kind}`,
      );
      expect(sent).toHaveLength(1);
      expect((JSON.parse(String(sent[0]?.body)) as { resources: string[] }).resources).toEqual(resources);
    },
  );

  test('a promotional TempPass without an identity, for each resource', async () => {
    const tv = await registered('promotional');
    const answer = await tv.authorize('flexibleTempPass', ['REF30']);
    expect(answer.status).toBe(200);
    expect(decisionsOf(answer)[0]?.error?.code).toBe('invalid_header_identity_for_temporary_access');
    await expectAsSent(answer);
  });

  test('nothing: the fault is its own', async () => {
    const tv = await registered('fault');
    const body = { action: 'none', status: 500, code: 'internal_server_error', message: 'No.', helpUrl: 'x' };
    await t.control.fault({
      match: { operation: 'logout' },
      times: 1,
      fault: { kind: 'status', status: 500, body },
    });
    const answer = await tv.logout('Cablevision', form.redirectUrl);
    expect(answer.status).toBe(500);
    await expectAsSent(answer);
  });
});

test('a description that cannot be read is for Adobe to judge, or for a strict gateway', async () => {
  const headers = { 'x-device-info': base64('{"model":"TV" "osName":"Linux"}') };
  const tv = await registered('unread');
  await tv.profiles();
  await expectAsSent(await tv.call('/REF30/profiles', { headers }));

  await using strict = await startGateway({ settings: { adobe: { deviceInfo: 'strict' } } });
  const other = strict.device('tv');
  await other.register();
  const answer = await other.call('/REF30/profiles', { headers });
  expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_header_device_info']);
  expect(reachedAdobe(await strict.control.requests())).toEqual([]);
});
