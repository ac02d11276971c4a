import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { completeForm, redirectUrl } from '../world.ts';
import { registrationAnswer, registrationError, tokenAnswer } from './answers.ts';
import { type Adobe, type AdobeDevice, partnerStatus, startAdobe, tempPassIdentity } from './client.ts';

/** The situations of the samples in Adobe's documentation: status, members and value formats (see answers.ts). */
const resources = ['REF30', 'resource1', 'resource2'];
const fixtures = {
  ...defaultFixtures,
  users: defaultFixtures.users.map((user) => ({
    ...user,
    subscriptions: user.subscriptions.map((subscription) => ({ ...subscription, resources })),
  })),
};

let world: Adobe;
let tv: AdobeDevice;
beforeAll(async () => {
  world = await startAdobe({ fixtures });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.deviceOf();
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const code = expect.stringMatching(/^[A-Z0-9]{6,7}$/);
const plain = (value: unknown) => ({ value, state: 'plain' });
const status = () => partnerStatus(world.clock.now());
const degrade = (rule: string) =>
  world.control('/degradation', { rule, serviceProvider: 'REF30', mvpd: 'Cablevision' });
const spoilTempPass = (mvpd: string, serviceProvider = 'REF30') =>
  world.control('/integrations', {
    serviceProvider,
    mvpd,
    misconfigured: ['invalid_configuration_temporary_access'],
  });
const sessionHeld = async (mvpd: string) => {
  const { body } = await tv.form('/sessions', {});
  await tv.form(`/sessions/${body['code']}`, { ...completeForm, mvpd });
  return `/profiles/code/${body['code']}`;
};
const spend = async (mvpd: string, headers = {}, device = tv) => {
  await device.decide('authorize', { mvpd, headers });
  await world.clock.advance(180_000);
};
const identity = tempPassIdentity('foo@bar.com');
const halfAnHour = ({ notBefore, notAfter }: Record<string, unknown>) => Number(notAfter) - Number(notBefore);

describe('registration', () => {
  const register = (body: object) =>
    world.post('/o/client/register', { redirect_uri: 'adobepass://com.programmer', ...body });
  test('register: 201, seconds, scopes', async () => {
    const reply = await register({ software_statement: world.statementOf('ref30-tv') });
    expect(reply.status).toBe(201);
    expect(registrationAnswer.parse(reply.body).client_id_issued_at).toBe(world.clock.now() / 1000);
  });
  test('register: 400 with an OAuth error', async () => {
    const reply = await register({});
    expect(reply.status).toBe(400);
    expect(registrationError.parse(reply.body)).toEqual({ error: 'invalid_request' });
  });
  test('token: 201, milliseconds, six hours', async () => {
    const { client_id, client_secret } = await world.register('ref30-tv');
    const credentials = { client_id: String(client_id), client_secret: String(client_secret) };
    const reply = await world.postForm('/o/client/token', {
      ...credentials,
      grant_type: 'client_credentials',
    });
    expect(reply.status).toBe(201);
    expect(tokenAnswer.parse(reply.body)).toMatchObject({
      id: expect.stringMatching(uuid),
      created_at: world.clock.now(),
      expires_in: 21_600,
    });
  });
});

test('configuration: active integrations, TempPass marked', async () => {
  const { body } = await tv.get('/configuration');
  expect(body).toMatchObject({
    requestor: {
      id: 'REF30',
      name: 'Reference site only in 30',
      domains: expect.arrayContaining([{ name: 'adobe.com', mvpdInitiated: false }]),
      mvpds: expect.arrayContaining([
        expect.objectContaining({ id: 'TempPass_TEST40', isTempPass: true, authPerAggregator: true }),
      ]),
    },
  });
});

describe('sessions', () => {
  test('create with all parameters: a code for half an hour', async () => {
    const { body } = await tv.form('/sessions', completeForm);
    expect(body).toMatchObject({ actionName: 'authenticate', code, sessionId: expect.stringMatching(uuid) });
    expect(halfAnHour(body)).toBe(1_800_000);
  });
  test('resume with all parameters', async () => {
    const { body } = await tv.form('/sessions', {});
    const resumed = await tv.form(`/sessions/${body['code']}`, completeForm);
    expect(resumed.body).toMatchObject({ actionName: 'authenticate', code: body['code'] });
  });
  test('status: existing parameters and device', async () => {
    const { body } = await tv.form('/sessions', completeForm);
    expect((await tv.get(`/sessions/${body['code']}`)).body).toMatchObject({
      existingParameters: { ...completeForm, serviceProvider: 'REF30' },
      device: { type: 'SetTopBox', connection: { port: '53124', secure: false } },
    });
  });
  test('authenticate: 302 to the MVPD', async () => {
    const { body } = await tv.form('/sessions', completeForm);
    const page = await world.adobe(String(body['url']));
    expect(page.status).toBe(302);
    expect(URL.canParse(page.headers.location ?? '')).toBe(true);
  });
});

describe('profiles', () => {
  test('two MVPDs', async () => {
    await tv.logIn();
    await tv.logIn({ mvpd: 'Spectrum', user: 'chloe' });
    expect(await tv.profiles()).toMatchObject({
      Cablevision: { issuer: 'Cablevision', type: 'regular', attributes: { zip: { state: 'enc' } } },
      Spectrum: { issuer: 'Spectrum', type: 'regular', attributes: { userID: { state: 'plain' } } },
    });
  });
  test('of a service token: upstreamUserID and mvpd, next to the device’s own', async () => {
    const headers = { 'ad-service-token': await world.serviceToken() };
    await (await world.deviceOf('ref40-phone')).logIn({ mvpd: 'AdobeShibboleth', headers });
    await tv.logIn({ mvpd: 'Spectrum', user: 'chloe' });
    expect(await tv.profiles('', headers)).toMatchObject({
      AdobeShibboleth: {
        issuer: 'AdobeShibboleth',
        type: 'serviceTokenSSO',
        attributes: {
          upstreamUserID: plain(expect.any(String)),
          userID: plain(expect.any(String)),
          mvpd: plain('AdobeShibboleth'),
        },
      },
      Spectrum: { type: 'regular' },
    });
  });
  test('of a platform token: platformSSO', async () => {
    const { body } = await world.control('/platform/token', { platform: 'amazon', subject: 'home' });
    const headers = { 'adobe-subject-token': String(body['token']) };
    await (await world.deviceOf('ref40-phone')).logIn({ headers });
    expect(await tv.profiles('/Cablevision', headers)).toMatchObject({
      Cablevision: { type: 'platformSSO', attributes: { mvpd: plain('Cablevision') } },
    });
  });

  const temporary = { issuer: 'Adobe', type: 'temporary' };
  const userID = plain(expect.stringMatching(/^temppass_[0-9a-f]{40}$/));
  test('basic TempPass by mvpd and by code', async () => {
    const byCode = await sessionHeld('TempPass_TEST40');
    for (const path of ['/TempPass_TEST40', byCode.replace('/profiles', '')]) {
      const { TempPass_TEST40: profile } = await tv.profiles(path);
      expect(profile).toMatchObject({
        ...temporary,
        attributes: { userID, expiration_date: plain(profile?.['notAfter']) },
      });
    }
  });
  test('promotional TempPass: remaining and used resources', async () => {
    const resources = ['res01', 'res02', 'res03', 'res04'];
    await tv.decide('authorize', { mvpd: 'flexibleTempPass', headers: identity, resources });
    expect(await tv.profiles('/flexibleTempPass', identity)).toMatchObject({
      flexibleTempPass: {
        ...temporary,
        attributes: { remaining_resources: plain(1), used_assets: plain(resources), userID },
      },
    });
  });
  test.each([
    ['basic', 'TempPass_TEST40', {}],
    ['promotional', 'flexibleTempPass', identity],
  ])('%s TempPass misconfigured: 500 by mvpd and by code', async (_, mvpd, headers) => {
    const byCode = await sessionHeld(mvpd);
    await spoilTempPass(mvpd);
    for (const path of [`/profiles/${mvpd}`, byCode])
      expect(await tv.get(path, headers)).toMatchObject({
        status: 500,
        body: { code: 'invalid_configuration_temporary_access', action: 'configuration', status: 500 },
      });
  });
  test.each([
    ['basic', 'TempPass_TEST40', {}],
    ['promotional', 'flexibleTempPass', identity],
  ])('%s TempPass over: 403 by mvpd and by code', async (_, mvpd, headers) => {
    const byCode = await sessionHeld(mvpd);
    await spend(mvpd, headers);
    for (const path of [`/profiles/${mvpd}`, byCode])
      expect(await tv.get(path, headers)).toMatchObject({
        status: 403,
        body: { code: 'temporary_access_duration_limit_exceeded', action: 'authentication', status: 403 },
      });
  });
  test('exhausted promotional TempPass: 403', async () => {
    const resources = [...'12345'];
    await tv.decide('authorize', { mvpd: 'flexibleTempPass', headers: identity, resources });
    expect(await tv.get('/profiles/flexibleTempPass', identity)).toMatchObject({
      status: 403,
      body: { code: 'temporary_access_resources_limit_exceeded', action: 'authentication' },
    });
  });
  test('promotional TempPass by code with an invalid identity: 400', async () => {
    const byCode = await sessionHeld('flexibleTempPass');
    expect(await tv.get(byCode, { 'ap-temppass-identity': '?' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_header_identity_for_temporary_access', action: 'none' },
    });
  });
  test('AuthNAll, by code: degraded', async () => {
    const byCode = (await sessionHeld('Cablevision')).replace('/profiles', '');
    await degrade('AuthNAll');
    expect(await tv.profiles(byCode)).toMatchObject({
      Cablevision: {
        issuer: 'Adobe',
        type: 'degraded',
        attributes: { userID: plain(expect.stringMatching(/^95cf93bcd183214a[0-9a-f]{40}$/)) },
      },
    });
  });
  test('AuthNAll, by partner: degraded, with 200', async () => {
    await degrade('AuthNAll');
    const reply = await tv.form('/profiles/sso/Apple', { SAMLResponse: 'PHNhbWxwOlJlc3BvbnNl' }, status());
    expect(reply).toMatchObject({
      status: 200,
      body: { profiles: { Cablevision: { type: 'degraded', issuer: 'Adobe' } } },
    });
  });
});

describe('decisions', () => {
  const on = (resource: string, source: string, serviceProvider = 'REF30', mvpd = 'Cablevision') => ({
    resource,
    serviceProvider,
    mvpd,
    source,
  });
  const times = { notBefore: expect.any(Number), notAfter: expect.any(Number) };
  const token = { ...times, serializedToken: expect.stringMatching(/^PHNpZ25hdHVyZUluZm8\+/) };

  test('preauthorize: two of three', async () => {
    await tv.logIn();
    const resources = ['resource1', 'resource2', 'resource3'];
    expect((await tv.decide('preauthorize', { resources }))['decisions']).toEqual([
      { ...on('resource1', 'mvpd'), authorized: true },
      { ...on('resource2', 'mvpd'), authorized: true },
      {
        ...on('resource3', 'mvpd'),
        authorized: false,
        error: expect.objectContaining({
          status: 403,
          code: 'preauthorization_denied_by_mvpd',
          action: 'none',
        }),
      },
    ]);
  });
  const resources = ['REF30', 'apasstest1'];
  test.each(['AuthNAll', 'AuthZAll'])('preauthorize while %s', async (rule) => {
    await degrade(rule);
    expect((await tv.decide('preauthorize', { resources }))['decisions']).toEqual([
      { ...on('REF30', 'degradation'), authorized: true },
      { ...on('apasstest1', 'degradation'), authorized: true },
    ]);
  });
  test('authorize', async () => {
    await tv.logIn();
    expect((await tv.decide('authorize'))['decisions']).toEqual([
      { ...on('REF30', 'mvpd'), authorized: true, token, ...times },
    ]);
  });
  test('authorize while AuthNAll', async () => {
    await degrade('AuthNAll');
    expect((await tv.decide('authorize', { resources }))['decisions']).toEqual([
      { ...on('REF30', 'degradation'), authorized: true, token, ...times },
      { ...on('apasstest1', 'degradation'), authorized: true, token, ...times },
    ]);
  });
  test('authorize while AuthZNone', async () => {
    await degrade('AuthZNone');
    const error = expect.objectContaining({
      status: 403,
      code: 'authorization_denied_by_degradation_rule',
      action: 'none',
    });
    expect((await tv.decide('authorize', { resources }))['decisions']).toEqual([
      { ...on('REF30', 'degradation'), authorized: false, error },
      { ...on('apasstest1', 'degradation'), authorized: false, error },
    ]);
  });

  describe.each([
    ['basic', 'TempPass_TEST40', {}],
    ['promotional', 'flexibleTempPass', identity],
  ])('authorize by a %s TempPass', (_, mvpd, headers) => {
    const of = on('REF30', 'temppass', 'apasstest1', mvpd);
    const refused = (status: number, code: string, action: string) => [
      { ...of, authorized: false, error: expect.objectContaining({ status, code, action }) },
    ];
    let tester: AdobeDevice;
    beforeEach(async () => {
      tester = await world.deviceOf('apasstest1-tv');
    });
    test('available', async () => {
      expect((await tester.decide('authorize', { mvpd, headers }))['decisions']).toEqual([
        { ...of, authorized: true, token, ...times },
      ]);
    });
    test('expired: inside a 200, without times', async () => {
      await spend(mvpd, headers, tester);
      expect((await tester.decide('authorize', { mvpd, headers }))['decisions']).toEqual(
        refused(403, 'temporary_access_duration_limit_exceeded', 'authentication'),
      );
    });
    test('misconfigured: inside a 200', async () => {
      await spoilTempPass(mvpd, 'apasstest1');
      expect((await tester.decide('authorize', { mvpd, headers }))['decisions']).toEqual(
        refused(500, 'invalid_configuration_temporary_access', 'configuration'),
      );
    });
  });

  test('item-level error: the MVPD’s message in details', async () => {
    await tv.logIn();
    const details = 'Your subscription package does not include the "Live" channel';
    await world.control('/verdicts', {
      resource: 'REF40',
      verdict: { code: 'authorization_denied_by_mvpd', details },
    });
    expect((await tv.decide('authorize', { resources: ['REF30', 'REF40'] }))['decisions']).toMatchObject([
      { authorized: true },
      { authorized: false, error: { code: 'authorization_denied_by_mvpd', details } },
    ]);
  });
});

describe('logout', () => {
  test('of an MVPD with a logout endpoint: interactive, with a URL', async () => {
    await tv.logIn();
    const logouts = await tv.logOut();
    expect(logouts).toEqual({
      Cablevision: {
        actionName: 'logout',
        actionType: 'interactive',
        mvpd: 'Cablevision',
        url: expect.stringContaining('/adobe-services/logout?'),
      },
    });
    const { url } = (logouts as { Cablevision: { url: string } }).Cablevision;
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      mso_id: 'Cablevision',
      requestor_id: 'REF30',
      redirect_url: redirectUrl,
    });
  });
  test('of an MVPD without a logout endpoint: complete', async () => {
    await tv.logIn({ mvpd: 'Dish', user: 'ben' });
    expect(await tv.logOut('Dish')).toEqual({
      Dish: { actionName: 'complete', actionType: 'none', mvpd: 'Dish' },
    });
  });
  test('of a platform profile: interactive', async () => {
    const { body } = await world.control('/platform/token', { platform: 'amazon', subject: 'home' });
    const headers = { 'adobe-subject-token': String(body['token']) };
    await (await world.deviceOf('ref40-phone')).logIn({ headers });
    expect(await tv.logOut('Cablevision', headers)).toMatchObject({
      Cablevision: { actionName: 'logout', actionType: 'interactive' },
    });
  });
  test('while degraded: complete', async () => {
    await degrade('AuthNAll');
    expect(await tv.logOut()).toEqual({
      Cablevision: { actionName: 'complete', actionType: 'none', mvpd: 'Cablevision' },
    });
  });
  test('without a profile: invalid', async () => {
    expect(await tv.logOut()).toEqual({
      Cablevision: { actionName: 'invalid', actionType: 'none', mvpd: 'Cablevision' },
    });
  });
});

test('top-level error: flat, with a trace', async () => {
  const { status: answered, body } = await tv.raw.get('/api/v2/NOBODY/profiles');
  expect(answered).toBe(400);
  expect(body).toMatchObject({
    action: 'none',
    status: 400,
    code: 'invalid_parameter_service_provider',
    trace: expect.stringMatching(uuid),
  });
});
