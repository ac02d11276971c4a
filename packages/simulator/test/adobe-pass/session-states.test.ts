import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeForm, redirectUrl } from '../world.ts';
import { type Adobe, type AdobeDevice, partnerStatus, startAdobe } from './client.ts';

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

const create = (form: Record<string, string> = completeForm, headers = {}) =>
  tv.form('/sessions', form, headers);
const createdIncomplete = async () => String((await create({})).body['code']);
const resume = (code: string, form: Record<string, string>) => tv.form(`/sessions/${code}`, form);
const withPartner = (headers = partnerStatus(world.clock.now()), form: Record<string, string> = bothUrls) =>
  tv.form('/sessions/sso/Apple', form, headers);

const bothUrls = { domainName: 'adobe.com', redirectUrl };
const authorizeUrl = '/api/v2/REF30/decisions/authorize/Cablevision';
const action = (actionName: string, actionType: string, reasonType: string) => ({
  actionName,
  actionType,
  reasonType,
});

describe('complete, no profile: authenticate / interactive / none', () => {
  const expected = () => ({
    ...action('authenticate', 'interactive', 'none'),
    url: expect.stringMatching(/^\/api\/v2\/authenticate\/REF30\/\w+$/),
    code: expect.any(String),
  });
  test('from create', async () => {
    expect((await create()).body).toMatchObject(expected());
  });
  test('from resume', async () => {
    expect((await resume(await createdIncomplete(), completeForm)).body).toMatchObject(expected());
  });
});

test('parameters missing at create: resume / direct / none', async () => {
  const { body } = await create({ mvpd: 'Cablevision' });
  expect(body).toMatchObject({
    ...action('resume', 'direct', 'none'),
    url: `/api/v2/REF30/sessions/${body['code']}`,
    missingParameters: ['domainName', 'redirectUrl'],
  });
});

test('still missing at resume: retry / direct / none', async () => {
  const code = await createdIncomplete();
  expect((await resume(code, { mvpd: 'Cablevision' })).body).toMatchObject({
    ...action('retry', 'direct', 'none'),
    url: `/api/v2/REF30/sessions/${code}`,
    code,
    missingParameters: ['domainName', 'redirectUrl'],
  });
});

/** The tables know no code on an authorize answer, and every answer here is held against them. */
describe('a regular profile exists: authorize / direct / authenticated, without a code', () => {
  beforeEach(() => tv.logIn());
  const expected = { ...action('authorize', 'direct', 'authenticated'), url: authorizeUrl };
  test('from create', async () => {
    expect((await create()).body).toMatchObject(expected);
  });
  test('from resume', async () => {
    expect((await resume(await createdIncomplete(), completeForm)).body).toMatchObject(expected);
  });
  test('from a partner session', async () => {
    expect((await withPartner()).body).toMatchObject(expected);
  });
});

describe('an SSO profile exists: authorize / direct / authenticatedSSO', () => {
  const expected = { ...action('authorize', 'direct', 'authenticatedSSO'), url: authorizeUrl };
  test('from create', async () => {
    const headers = { 'ad-service-token': await world.serviceToken() };
    await (await world.deviceOf('ref40-phone')).logIn({ headers });
    expect((await create(completeForm, headers)).body).toMatchObject(expected);
  });
  test('from a partner session', async () => {
    const { authenticationRequest } = (await withPartner()).body as {
      authenticationRequest: { request: string };
    };
    const { body } = await world.control('/partner/saml-response', {
      mvpd: 'Cablevision',
      username: 'ana@cablevision.example',
      authenticationRequest: authenticationRequest.request,
    });
    const status = partnerStatus(world.clock.now());
    await tv.form('/profiles/sso/Apple', { SAMLResponse: String(body['SAMLResponse']) }, status);
    expect((await withPartner()).body).toMatchObject(expected);
  });
  test('not from resume, which accepts no SSO header', async () => {
    const headers = { 'ad-service-token': await world.serviceToken() };
    await (await world.deviceOf('ref40-phone')).logIn({ headers });
    const code = String((await create({}, headers)).body['code']);
    expect((await resume(code, completeForm)).body).toMatchObject({ actionName: 'authenticate' });
  });
});

describe('TempPass: authorize / direct / temporary', () => {
  const form = { ...completeForm, mvpd: 'TempPass_TEST40' };
  const expected = {
    ...action('authorize', 'direct', 'temporary'),
    url: '/api/v2/REF30/decisions/authorize/TempPass_TEST40',
  };
  test('from create', async () => {
    expect((await create(form)).body).toMatchObject(expected);
  });
  test('from resume', async () => {
    expect((await resume(await createdIncomplete(), form)).body).toMatchObject(expected);
  });
});

describe('AuthNAll: authorize / direct / degraded', () => {
  beforeEach(() => world.control('/degradation', { rule: 'AuthNAll', mvpd: 'Cablevision' }));
  const expected = { ...action('authorize', 'direct', 'degraded'), url: authorizeUrl };
  test('from create', async () => {
    expect((await create()).body).toMatchObject(expected);
  });
  test('from resume', async () => {
    expect((await resume(await createdIncomplete(), completeForm)).body).toMatchObject(expected);
  });
  test('from a partner session', async () => {
    expect((await withPartner()).body).toMatchObject(expected);
  });
});

describe('a partner session', () => {
  test('starts: partner_profile / direct / none, with a request for the framework', async () => {
    const { body } = await withPartner();
    expect(body).toMatchObject({
      ...action('partner_profile', 'direct', 'none'),
      url: '/api/v2/REF30/profiles/sso/Apple',
      mvpd: 'Cablevision',
    });
    const { request } = body['authenticationRequest'] as { request: string };
    expect(Buffer.from(request, 'base64').toString()).toContain('<samlp:AuthnRequest');
  });

  test('invalid status: authenticate / interactive / pfs_fallback', async () => {
    const denied = partnerStatus(world.clock.now(), { accessStatus: 'denied' });
    expect((await withPartner(denied)).body).toMatchObject({
      ...action('authenticate', 'interactive', 'pfs_fallback'),
      mvpd: 'Cablevision',
      code: expect.any(String),
    });
  });

  test('not configured: authenticate / interactive / configuration_fallback', async () => {
    const misconfigured = ['invalid_configuration_platform_services'];
    await world.control('/integrations', { serviceProvider: 'REF30', mvpd: 'Cablevision', misconfigured });
    expect((await withPartner()).body).toMatchObject({
      ...action('authenticate', 'interactive', 'configuration_fallback'),
      url: expect.stringMatching(/^\/api\/v2\/authenticate\/REF30\/\w+$/),
    });
  });

  test('fallback, parameters missing: resume / direct / missing_parameters_fallback', async () => {
    const { body } = await withPartner({}, {});
    expect(body).toMatchObject({
      ...action('resume', 'direct', 'missing_parameters_fallback'),
      url: `/api/v2/REF30/sessions/${body['code']}`,
      missingParameters: ['mvpd', 'domainName', 'redirectUrl'],
    });
    expect((await resume(String(body['code']), completeForm)).body).toMatchObject({
      actionName: 'authenticate',
    });
  });
});

describe('the lifecycle of a session', () => {
  const refusedWith = async (code: unknown) => (await tv.get(`/sessions/${code}`)).body['code'];

  test('a new code of the same device invalidates the previous one; another device’s does not', async () => {
    const { body: first } = await create();
    await (await world.deviceOf('ref30-web')).form('/sessions', completeForm);
    expect(await refusedWith(first['code'])).toBeUndefined();
    await create();
    expect(await refusedWith(first['code'])).toBe('invalid_authentication_session');
  });

  test('it expires after half an hour in any state', async () => {
    const open = String((await create()).body['code']);
    const phone = await world.deviceOf('ref30-web');
    const done = String((await phone.logIn()).body['code']);
    await world.clock.advance(1_799_999);
    expect(await refusedWith(open)).toBeUndefined();
    expect(Object.keys(await phone.profiles(`/code/${done}`))).toEqual(['Cablevision']);
    await world.clock.advance(1);
    expect(await refusedWith(open)).toBe('invalid_authentication_session');
    expect((await phone.get(`/profiles/code/${done}`)).status).toBe(400);
  });

  test('a login that returns too late creates no profile', async () => {
    const created = await create();
    await world.clock.advance(1_800_000);
    const page = await world.adobe(String(created.body['url']));
    expect(page.status).toBe(400);
    expect(await tv.profiles()).toEqual({});
  });

  test('status is read-only and lists existing parameters', async () => {
    const code = await createdIncomplete();
    await resume(code, { mvpd: 'Cablevision' });
    const { body } = await tv.get(`/sessions/${code}`);
    expect(body).toMatchObject({
      existingParameters: { mvpd: 'Cablevision', serviceProvider: 'REF30' },
      missingParameters: ['domainName', 'redirectUrl'],
    });
    expect((await tv.get(`/sessions/${code}`)).body).toEqual(body);
  });
});
