import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '#src/lib/json';
import { type Switches, type SwitchSettings, switchesSchema } from '#src/simulator/adobe-pass/switches';
import { defaultFixtures } from '#src/simulator/fixtures';
import { startSimulator } from '#src/simulator/simulator';
import { createManualClock } from '../../support/manual-clock.ts';
import { anyPorts, completeForm, deviceInfo, type Reply, redirectUrl, send } from '../world.ts';
import {
  type Adobe,
  type AdobeDevice,
  firstDecision,
  partnerStatus,
  startAdobe,
  tempPassIdentity,
} from './client.ts';

/** For each switch what it changes: the answer at its default, then the answer with it turned. */
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

interface Case {
  readonly turn: SwitchSettings;
  /** What is looked at. */
  readonly look: () => Promise<unknown>;
  readonly before: unknown;
  readonly after: unknown;
}

/** Without the check of the tables: some switches are there to leave them. */
const raw = {
  get: (path: string, headers = {}) => tv.raw.get(`/api/v2/REF30${path}`, headers),
  form: (path: string, form: Record<string, string>, headers = {}) =>
    tv.raw.form(`/api/v2/REF30${path}`, form, headers),
  json: (path: string, body: object, headers = {}) => tv.raw.json(`/api/v2/REF30${path}`, body, headers),
};
const statusOf = async (reply: Promise<Reply>) => (await reply).status;
const codeOf = async (reply: Promise<Reply>) => (await reply).body['code'];
const bodyOf = async (reply: Promise<Reply>) => (await reply).body;
const typeAt = async (device: AdobeDevice, headers = {}) =>
  (await device.profiles('', headers))['Cablevision']?.['type'];
const service = async (claims = {}) => ({ 'ad-service-token': await world.serviceToken('ana', claims) });
const platform = async () => ({
  'adobe-subject-token': String(
    (await world.control('/platform/token', { platform: 'amazon', subject: 'home' })).body['token'],
  ),
});
const status = (changes = {}) => partnerStatus(world.clock.now(), changes);
const register = (body = {}, headers = {}) =>
  world.post('/o/client/register', { software_statement: world.statementOf('ref30-tv'), ...body }, headers);
const tokenBody = async (query = '') => {
  const { client_id, client_secret } = (await register()).body;
  const form = {
    ...{ client_id: String(client_id), client_secret: String(client_secret) },
    grant_type: 'client_credentials',
  };
  const asQuery = `?${new URLSearchParams(form)}`;
  return query === 'query'
    ? world.adobe(`/o/client/token${asQuery}`, { method: 'POST' })
    : world.postForm('/o/client/token', form);
};
const rest = (value: unknown) => expect.objectContaining(value as object);
const incomplete = async () => String((await raw.form('/sessions', {})).body['code']);
const degrade = (rule: string) => world.control('/degradation', { rule, mvpd: 'Cablevision' });
const six = [...'123456'];
const phoneWithSso = async () => {
  const headers = await service();
  await tv.logIn({ headers });
  return { phone: await world.deviceOf('ref40-phone'), headers };
};
const shownSinceOpen = async () => {
  const { body } = await tv.logIn();
  return `/profiles/code/${body['code']}`;
};

const cases: Record<keyof Switches, Case> = {
  deviceInfo: {
    turn: { deviceInfo: 'required' },
    look: () => statusOf(raw.get('/profiles', { 'x-device-info': Buffer.from('{}').toString('base64') })),
    ...{ before: 200, after: 400 },
  },
  deviceHeaders: {
    turn: { deviceHeaders: 'everywhere' },
    look: () => statusOf(raw.get('/configuration', { 'ap-device-identifier': 'none' })),
    ...{ before: 200, after: 400 },
  },
  unlistedHeaders: {
    turn: { unlistedHeaders: 'refused' },
    look: async () => statusOf(raw.get('/configuration', await service())),
    ...{ before: 200, after: 400 },
  },
  mediaTypeParameters: {
    turn: { mediaTypeParameters: 'required' },
    look: () => statusOf(raw.json('/decisions/preauthorize/Cablevision', { resources: ['REF30'] })),
    ...{ before: 200, after: 400 },
  },
  redirectUrls: {
    turn: { redirectUrls: 'any' },
    look: () =>
      statusOf(raw.form('/sessions', { ...completeForm, redirectUrl: 'https://elsewhere.example/' })),
    ...{ before: 400, after: 200 },
  },
  samplePaths: {
    turn: { samplePaths: 'accepted' },
    look: async () => [
      await statusOf(tv.raw.get('/api/v2/REF30/configuration/')),
      await statusOf(tv.raw.get(`/api/v2/sessions/REF30/${await incomplete()}`)),
      await statusOf(tv.raw.get(`/api/v2/logout/REF30/Dish?redirectUrl=${encodeURIComponent(redirectUrl)}`)),
      await statusOf(raw.json('/decision/authorize/Cablevision', { resources: ['REF30'] })),
    ],
    ...{ before: [404, 404, 404, 404], after: [200, 200, 200, 200] },
  },
  registerRedirectUri: {
    turn: { registerRedirectUri: 'required' },
    look: () => statusOf(register()),
    ...{ before: 201, after: 400 },
  },
  registrationDeviceInfo: {
    turn: { registrationDeviceInfo: 'required' },
    look: async () => [
      await statusOf(register()),
      await statusOf(register({}, { 'x-device-info': deviceInfo })),
    ],
    ...{ before: [201, 201], after: [400, 201] },
  },
  tokenEndpoint: {
    turn: { tokenEndpoint: 'openapi' },
    look: async () => ['refresh_token' in (await tokenBody()).body, (await tokenBody('query')).status],
    ...{ before: [false, 400], after: [true, 201] },
  },
  accessTokenSeconds: {
    turn: { accessTokenSeconds: 86_400 },
    look: async () => (await tokenBody()).body['expires_in'],
    ...{ before: 21_600, after: 86_400 },
  },
  unlistedErrors: {
    turn: { unlistedErrors: 'empty' },
    look: async () => {
      const { status: code, text } = await raw.get('/profiles', { authorization: 'Bearer garbage' });
      return [code, text.length > 0];
    },
    ...{ before: [401, true], after: [401, false] },
  },
  errorTexts: {
    turn: { errorTexts: 'samples' },
    look: async () => {
      await degrade('AuthZNone');
      return firstDecision(await tv.decide('authorize'))['error'];
    },
    before: rest({ message: expect.stringContaining('has a degradation rule applied') }),
    after: rest({ message: expect.stringContaining('has an AuthZNone rule applied') }),
  },
  wrongCode: {
    turn: { wrongCode: 'session' },
    look: () => codeOf(raw.get('/sessions/malformed')),
    ...{ before: 'invalid_parameter_code', after: 'invalid_authentication_session' },
  },
  profileErrors: {
    turn: { profileErrors: 'top' },
    look: () => statusOf(raw.json('/decisions/authorize/Cablevision', { resources: ['REF30'] })),
    ...{ before: 200, after: 403 },
  },
  tooManyResources: {
    turn: { tooManyResources: 'item' },
    look: () => statusOf(raw.json('/decisions/authorize/Cablevision', { resources: six })),
    ...{ before: 403, after: 200 },
  },
  missingCertificate: {
    turn: { missingCertificate: 'attribute' },
    look: async () => {
      await tv.logIn();
      await world.control('/integrations', {
        ...{ serviceProvider: 'REF30', mvpd: 'Cablevision' },
        misconfigured: ['invalid_configuration_user_metadata_certificate'],
      });
      return statusOf(raw.get('/profiles'));
    },
    ...{ before: 500, after: 200 },
  },
  codeAfterLogin: {
    turn: { codeAfterLogin: 'once' },
    look: async () => {
      const path = await shownSinceOpen();
      return [await statusOf(raw.get(path)), await statusOf(raw.get(path))];
    },
    ...{ before: [200, 200], after: [200, 400] },
  },
  codeOnResumedAuthorize: {
    turn: { codeOnResumedAuthorize: true },
    look: async () => {
      await tv.logIn();
      return 'code' in (await raw.form(`/sessions/${await incomplete()}`, completeForm)).body;
    },
    ...{ before: false, after: true },
  },
  codeOnSsoAuthorize: {
    turn: { codeOnSsoAuthorize: true },
    look: async () => {
      const { phone, headers } = await phoneWithSso();
      return 'code' in (await phone.raw.form('/api/v2/REF40/sessions', completeForm, headers)).body;
    },
    ...{ before: false, after: true },
  },
  domainSpelling: {
    turn: { domainSpelling: 'domain' },
    look: async () => (await raw.form('/sessions', {})).body['missingParameters'],
    ...{ before: ['mvpd', 'domainName', 'redirectUrl'], after: ['mvpd', 'domain', 'redirectUrl'] },
  },
  configurationShape: {
    turn: { configurationShape: 'table' },
    look: async () => Object.keys(await bodyOf(raw.get('/configuration'))),
    before: ['device', 'clientType', 'os', 'requestor'],
    after: ['device', 'clientType', 'os', 'errorReporting', 'requestor', 'mvpds', 'time'],
  },
  serviceTokenFault: {
    turn: { serviceTokenFault: 'reject' },
    look: () => statusOf(raw.get('/profiles', { 'ad-service-token': 'garbage' })),
    ...{ before: 200, after: 400 },
  },
  serviceTokenAudience: {
    turn: { serviceTokenAudience: 'Adobe' },
    look: async () => {
      await tv.logIn({ headers: await service({ aud: 'Adobe' }) });
      const phone = await world.deviceOf('ref40-phone');
      return [await typeAt(phone, await service()), await typeAt(phone, await service({ aud: 'Adobe' }))];
    },
    before: ['serviceTokenSSO', 'serviceTokenSSO'],
    after: [undefined, 'serviceTokenSSO'],
  },
  serviceTokenIdentity: {
    turn: { serviceTokenIdentity: 'subject' },
    look: async () => {
      await tv.logIn({ headers: await service() });
      return typeAt(await world.deviceOf('ref40-phone'), await service({ iss: 'another' }));
    },
    ...{ before: undefined, after: 'serviceTokenSSO' },
  },
  ssoScope: {
    turn: { ssoScope: 'everywhere' },
    look: async () => {
      const headers = await service();
      await tv.logIn({ headers });
      return typeAt(await world.deviceOf('apasstest1-tv'), headers);
    },
    ...{ before: undefined, after: 'serviceTokenSSO' },
  },
  ssoBinding: {
    turn: { ssoBinding: 'dropped' },
    look: async () => {
      const headers = await service();
      const { body } = await raw.form('/sessions', {}, headers);
      await world.logIn(await raw.form(`/sessions/${body['code']}`, completeForm));
      return typeAt(await world.deviceOf('ref40-phone'), headers);
    },
    ...{ before: 'serviceTokenSSO', after: undefined },
  },
  tokenAfterLogin: {
    turn: { tokenAfterLogin: 'links' },
    look: async () => {
      await tv.logIn();
      const headers = await service();
      await tv.profiles('', headers);
      return typeAt(await world.deviceOf('ref40-phone'), headers);
    },
    ...{ before: undefined, after: 'serviceTokenSSO' },
  },
  profilePrecedence: {
    turn: { profilePrecedence: 'sso' },
    look: async () => {
      const headers = await service();
      await tv.logIn({ headers });
      return typeAt(tv, headers);
    },
    ...{ before: 'regular', after: 'serviceTokenSSO' },
  },
  ssoPrecedence: {
    turn: { ssoPrecedence: 'platform' },
    look: async () => {
      const headers = { ...(await service()), ...(await platform()) };
      await tv.logIn({ headers });
      return typeAt(await world.deviceOf('ref40-phone'), headers);
    },
    ...{ before: 'serviceTokenSSO', after: 'platformSSO' },
  },
  logoutWithoutToken: {
    turn: { logoutWithoutToken: 'linked' },
    look: async () => {
      const { phone, headers } = await phoneWithSso();
      await tv.logOut();
      return typeAt(phone, headers);
    },
    ...{ before: 'serviceTokenSSO', after: undefined },
  },
  disabledIntegration: {
    turn: { disabledIntegration: 'hidden' },
    look: async () => {
      await tv.logIn();
      const place = { serviceProvider: 'REF30', mvpd: 'Cablevision' };
      await world.control('/integrations', { ...place, enabled: false });
      return typeAt(tv);
    },
    ...{ before: 'regular', after: undefined },
  },
  partnerCase: {
    turn: { partnerCase: 'exact' },
    look: () => statusOf(raw.form('/sessions/sso/apple', {}, status())),
    ...{ before: 200, after: 400 },
  },
  partnerStatusHeader: {
    turn: { partnerStatusHeader: 'required' },
    look: () => statusOf(raw.form('/sessions/sso/Apple', {})),
    ...{ before: 200, after: 400 },
  },
  partnerStatusFault: {
    turn: { partnerStatusFault: 'reject' },
    look: () => statusOf(raw.get('/profiles', status({ expiresIn: 0 }))),
    ...{ before: 200, after: 400 },
  },
  partnerProfileFault: {
    turn: { partnerProfileFault: 'profiles' },
    look: () => statusOf(raw.form('/profiles/sso/Apple', {}, status({ expiresIn: 0 }))),
    ...{ before: 400, after: 200 },
  },
  partnerProfileStatus: {
    turn: { partnerProfileStatus: 'openapi' },
    look: async () => {
      const asked = (await raw.form('/sessions/sso/Apple', {}, status())).body;
      const { request } = asked['authenticationRequest'] as { request: string };
      const { body } = await world.control('/partner/saml-response', {
        ...{ mvpd: 'Cablevision', username: 'ana@cablevision.example', authenticationRequest: request },
      });
      return statusOf(
        raw.form('/profiles/sso/Apple', { SAMLResponse: String(body['SAMLResponse']) }, status()),
      );
    },
    ...{ before: 201, after: 200 },
  },
  partnerFallbackWithoutMvpd: {
    turn: { partnerFallbackWithoutMvpd: 'authenticate' },
    look: async () => {
      const form = { domainName: 'adobe.com', redirectUrl };
      const { actionName, reasonType, mvpd } = await bodyOf(raw.form('/sessions/sso/Apple', form));
      return [actionName, reasonType, mvpd];
    },
    before: ['resume', 'missing_parameters_fallback', undefined],
    after: ['authenticate', 'pfs_fallback', 'Cablevision'],
  },
  tempPassIdentity: {
    turn: { tempPassIdentity: 'openapi' },
    look: async () => {
      const path = '/decisions/preauthorize/flexibleTempPass';
      const { body } = await raw.json(path, { resources: ['REF30'] });
      return firstDecision(body)['authorized'];
    },
    ...{ before: true, after: false },
  },
  promotionalRepeats: {
    turn: { promotionalRepeats: 'counted' },
    look: async () => {
      const play = { mvpd: 'flexibleTempPass', headers: tempPassIdentity() };
      for (let times = 0; times < 5; times += 1) await tv.decide('authorize', play);
      return firstDecision(await tv.decide('authorize', play))['authorized'];
    },
    ...{ before: true, after: false },
  },
  promotionalExpiration: {
    turn: { promotionalExpiration: 'begin' },
    look: async () => {
      const profile = (await tv.profiles('/flexibleTempPass', tempPassIdentity()))['flexibleTempPass'] ?? {};
      const { expiration_date } = profile['attributes'] as { expiration_date: { value: number } };
      return expiration_date.value - Number(profile['notBefore']);
    },
    ...{ before: 180_000, after: 0 },
  },
  degradationPriority: {
    turn: { degradationPriority: 'profile' },
    look: async () => {
      await tv.logIn();
      await degrade('AuthNAll');
      return (await tv.profiles('/Cablevision'))['Cablevision']?.['type'];
    },
    ...{ before: 'degraded', after: 'regular' },
  },
  maxResources: {
    turn: { maxResources: 6 },
    look: () => statusOf(raw.json('/decisions/preauthorize/Cablevision', { resources: six })),
    ...{ before: 403, after: 200 },
  },
  mediaTokenSeconds: {
    turn: { mediaTokenSeconds: 600 },
    look: async () => {
      const { token } = firstDecision(await tv.decide('authorize', { mvpd: 'TempPass_TEST40' }));
      return Number((token as JsonObject)['notAfter']) - world.clock.now();
    },
    ...{ before: 420_000, after: 600_000 },
  },
  mediaTokenIssuedAt: {
    turn: { mediaTokenIssuedAt: true },
    look: async () => {
      const { body } = await raw.json('/decisions/authorize/TempPass_TEST40', { resources: ['REF30'] });
      return 'issuedAt' in (firstDecision(body)['token'] as object);
    },
    ...{ before: false, after: true },
  },
  throttle: {
    turn: { throttle: 'off' },
    look: async () => {
      const { throttle } = (await world.adobe('/_control/switches')).body;
      await using own = await startSimulator({
        ...{ ports: anyPorts, clock: createManualClock() },
        switches: switchesSchema.parse({ throttle }),
      });
      const ask = async () => (await send(`${own.origins.adobe}/api/v2/REF30/profiles`)).status;
      for (let times = 0; times < 11; times += 1) await ask();
      return await ask();
    },
    ...{ before: 429, after: 401 },
  },
};

test('every switch has a case', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(switchesSchema.shape));
});

describe('turned', () => {
  test.each(Object.entries(cases))('%s', async (_, { turn, look, before, after }) => {
    expect(await look()).toEqual(before);
    await world.post('/_control/reset', {});
    tv = await world.deviceOf();
    await world.set(turn);
    expect(await look()).toEqual(after);
  });
});

test('the third readings', async () => {
  await world.set({
    wrongCode: 'parameter',
    deviceInfo: 'any',
    redirectUrls: 'any',
    serviceTokenAudience: 'adobe',
  });
  expect(await codeOf(raw.get('/sessions/AAAAAAA'))).toBe('invalid_parameter_code');
  expect(await statusOf(raw.get('/profiles', { 'x-device-info': '?' }))).toBe(200);
  const withUser = { ...completeForm, redirectUrl: 'https://someone@elsewhere.example/' };
  expect(await statusOf(raw.form('/sessions', withUser))).toBe(400);
  await tv.logIn({ headers: await service({ aud: 'adobe' }) });
  expect(await typeAt(await world.deviceOf('ref40-phone'), await service({ aud: 'Adobe' }))).toBeUndefined();
});

describe('the control API', () => {
  test('lists them, changes what is named, and goes back on reset', async () => {
    expect((await world.adobe('/_control/switches')).body).toEqual(switchesSchema.parse({}));
    const { body } = await world.set({ maxResources: 7 });
    expect(body).toEqual(switchesSchema.parse({ maxResources: 7 }));
    await world.post('/_control/reset', {});
    expect((await world.adobe('/_control/switches')).body).toMatchObject({ maxResources: 5 });
  });

  test.each([[{ nonsense: true }], [{ deviceInfo: 'sometimes' }], [{ maxResources: 0 }]])(
    'refuses %j and changes nothing',
    async (wrong) => {
      const reply = await world.adobe('/_control/switches', {
        ...{ method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wrong) },
      });
      expect(reply.status).toBe(400);
      expect(Object.keys(wrong).every((name) => String(reply.body['error']).includes(name))).toBe(true);
      expect((await world.adobe('/_control/switches')).body).toEqual(switchesSchema.parse({}));
    },
  );

  test('is the same as starting with them', async () => {
    await using own = await startAdobe({ switches: { maxResources: 1 }, fixtures: defaultFixtures });
    expect((await own.adobe('/_control/switches')).body).toMatchObject({ maxResources: 1 });
  });
});
