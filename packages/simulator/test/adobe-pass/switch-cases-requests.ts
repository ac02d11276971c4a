import { expect } from 'vitest';
import type { JsonObject } from '#src/lib/json';
import { completeForm, deviceInfo, redirectUrl } from '../world.ts';
import { firstDecision } from './client.ts';
import {
  bodyOf,
  codeOf,
  createSwitchStage,
  type Now,
  type SwitchCase,
  sixResources,
  statusOf,
} from './switch-stage.ts';

/** Requests, registration, errors, sessions. */
export const requestCases = (now: Now) => {
  const { raw, service, platform, status, incomplete, degrade, phoneWithSso } = createSwitchStage(now);

  const register = (body = {}, headers = {}) =>
    now().world.post(
      '/o/client/register',
      { software_statement: now().world.statementOf('ref30-tv'), ...body },
      headers,
    );
  const askToken = async (from: 'form' | 'query' = 'form') => {
    const { client_id, client_secret } = (await register()).body;
    const form = {
      client_id: String(client_id),
      client_secret: String(client_secret),
      grant_type: 'client_credentials',
    };
    return from === 'query'
      ? now().world.adobe(`/o/client/token?${new URLSearchParams(form)}`, { method: 'POST' })
      : now().world.postForm('/o/client/token', form);
  };

  return {
    deviceInfo: {
      turn: { deviceInfo: 'required' },
      look: () => statusOf(raw.get('/profiles', { 'x-device-info': Buffer.from('{}').toString('base64') })),
      before: 200,
      after: 400,
    },
    deviceHeaders: {
      turn: { deviceHeaders: 'everywhere' },
      look: () => statusOf(raw.get('/configuration', { 'ap-device-identifier': 'none' })),
      before: 200,
      after: 400,
    },
    unlistedHeaders: {
      turn: { unlistedHeaders: 'refused' },
      look: async () => statusOf(raw.get('/configuration', await service())),
      before: 200,
      after: 400,
    },
    platformHeaders: {
      turn: { platformHeaders: 'everywhere' },
      look: async () => {
        const headers = await platform();
        await now().tv.logIn({ headers });
        const phone = await now().world.deviceOf('ref40-phone');
        const { code } = (await phone.form('/sessions', {})).body;
        const resumed = await phone.form(`/sessions/${code}`, completeForm, headers);
        const partnered = await phone.form('/sessions/sso/Apple', completeForm, { ...status(), ...headers });
        const { code: later } = (await phone.form('/sessions', completeForm)).body;
        const byCode = await phone.profiles(`/code/${later}`, headers);
        await now().world.set({ unlistedHeaders: 'refused' });
        return [
          resumed.body['reasonType'],
          partnered.body['reasonType'],
          byCode['Cablevision']?.['type'],
          await statusOf(raw.get('/configuration', headers)),
          await statusOf(raw.get('/configuration', { 'ap-visitor-identifier': '1234' })),
          await statusOf(raw.get('/profiles', { 'ap-visitor-identifier': '1234' })),
        ];
      },
      before: ['none', 'none', undefined, 400, 400, 200],
      after: ['authenticatedSSO', 'authenticatedSSO', 'platformSSO', 200, 200, 200],
    },
    mediaTypeParameters: {
      turn: { mediaTypeParameters: 'required' },
      look: () => statusOf(raw.json('/decisions/preauthorize/Cablevision', { resources: ['REF30'] })),
      before: 200,
      after: 400,
    },
    redirectUrls: {
      turn: { redirectUrls: 'any' },
      look: () =>
        statusOf(raw.form('/sessions', { ...completeForm, redirectUrl: 'https://elsewhere.example/' })),
      before: 400,
      after: 200,
    },
    samplePaths: {
      turn: { samplePaths: 'accepted' },
      look: async () => [
        await statusOf(now().tv.raw.get('/api/v2/REF30/configuration/')),
        await statusOf(now().tv.raw.get(`/api/v2/sessions/REF30/${await incomplete()}`)),
        await statusOf(
          now().tv.raw.get(`/api/v2/logout/REF30/Dish?redirectUrl=${encodeURIComponent(redirectUrl)}`),
        ),
        await statusOf(raw.json('/decision/authorize/Cablevision', { resources: ['REF30'] })),
      ],
      before: [404, 404, 404, 404],
      after: [200, 200, 200, 200],
    },
    registerRedirectUri: {
      turn: { registerRedirectUri: 'required' },
      look: () => statusOf(register()),
      before: 201,
      after: 400,
    },
    registrationDeviceInfo: {
      turn: { registrationDeviceInfo: 'required' },
      look: async () => [
        await statusOf(register()),
        await statusOf(register({}, { 'x-device-info': deviceInfo })),
      ],
      before: [201, 201],
      after: [400, 201],
    },
    tokenEndpoint: {
      turn: { tokenEndpoint: 'openapi' },
      look: async () => ['refresh_token' in (await askToken()).body, (await askToken('query')).status],
      before: [false, 400],
      after: [true, 201],
    },
    accessTokenSeconds: {
      turn: { accessTokenSeconds: 86_400 },
      look: async () => (await askToken()).body['expires_in'],
      before: 21_600,
      after: 86_400,
    },
    unlistedErrors: {
      turn: { unlistedErrors: 'empty' },
      look: async () => {
        const { status: code, text } = await raw.get('/profiles', { authorization: 'Bearer garbage' });
        return [code, text.length > 0];
      },
      before: [401, true],
      after: [401, false],
    },
    errorTexts: {
      turn: { errorTexts: 'samples' },
      look: async () => {
        await degrade('AuthZNone');
        return firstDecision(await now().tv.decide('authorize'))['error'];
      },
      before: expect.objectContaining({ message: expect.stringContaining('has a degradation rule applied') }),
      after: expect.objectContaining({ message: expect.stringContaining('has an AuthZNone rule applied') }),
    },
    errorMessages: {
      turn: { errorMessages: 'object' },
      look: async () => {
        const { body } = await raw.json('/decisions/authorize/Cablevision', { resources: ['REF30'] });
        const item = firstDecision(body)['error'] as JsonObject;
        return [(await raw.get('/profiles/Nobody')).body['message'], item['message']];
      },
      before: [
        'The mvpd parameter value is missing or invalid.',
        'The authenticated profile associated with this request is missing.',
      ],
      after: [{}, {}],
    },
    wrongCode: {
      turn: { wrongCode: 'session' },
      look: () => codeOf(raw.get('/sessions/malformed')),
      before: 'invalid_parameter_code',
      after: 'invalid_authentication_session',
    },
    profileErrors: {
      turn: { profileErrors: 'top' },
      look: () => statusOf(raw.json('/decisions/authorize/Cablevision', { resources: ['REF30'] })),
      before: 200,
      after: 403,
    },
    tooManyResources: {
      turn: { tooManyResources: 'item' },
      look: () => statusOf(raw.json('/decisions/authorize/Cablevision', { resources: sixResources })),
      before: 403,
      after: 200,
    },
    missingCertificate: {
      turn: { missingCertificate: 'attribute' },
      look: async () => {
        await now().tv.logIn();
        await now().world.control('/integrations', {
          serviceProvider: 'REF30',
          mvpd: 'Cablevision',
          misconfigured: ['invalid_configuration_user_metadata_certificate'],
        });
        return statusOf(raw.get('/profiles'));
      },
      before: 500,
      after: 200,
    },
    checkOrder: {
      turn: { checkOrder: 'path' },
      look: async () => {
        const headers = { authorization: 'Bearer garbage' };
        return [
          await codeOf(raw.get('/profiles/Nobody', headers)),
          await codeOf(now().tv.raw.get('/api/v2/NOBODY/profiles', headers)),
          await codeOf(raw.get('/profiles/Cablevision', headers)),
        ];
      },
      before: ['invalid_access_token', 'invalid_access_token', 'invalid_access_token'],
      after: ['invalid_parameter_mvpd', 'invalid_parameter_service_provider', 'invalid_access_token'],
    },
    accessTokenAction: {
      turn: { accessTokenAction: 'authentication' },
      look: async () => [
        (await now().tv.raw.get('/api/v2/REF40/profiles')).body['action'],
        (await raw.get('/profiles/Nobody')).body['action'],
      ],
      before: ['application-registration', 'none'],
      after: ['authentication', 'none'],
    },
    authenticateErrors: {
      turn: { authenticateErrors: 'json' },
      look: async () => {
        const { status, headers, text } = await now().world.adobe('/api/v2/authenticate/REF30/ZZZZZZZ');
        const type = headers['content-type']?.split(';', 1)[0];
        return [status, type, text.includes('invalid_authentication_session')];
      },
      before: [400, 'text/html', true],
      after: [400, 'application/json', true],
    },
    codeAfterLogin: {
      turn: { codeAfterLogin: 'once' },
      look: async () => {
        const { body } = await now().tv.logIn();
        const path = `/profiles/code/${body['code']}`;
        return [await statusOf(raw.get(path)), await statusOf(raw.get(path))];
      },
      before: [200, 200],
      after: [200, 400],
    },
    codeOnResumedAuthorize: {
      turn: { codeOnResumedAuthorize: true },
      look: async () => {
        await now().tv.logIn();
        return 'code' in (await raw.form(`/sessions/${await incomplete()}`, completeForm)).body;
      },
      before: false,
      after: true,
    },
    codeOnSsoAuthorize: {
      turn: { codeOnSsoAuthorize: true },
      look: async () => {
        const { phone, headers } = await phoneWithSso();
        return 'code' in (await phone.raw.form('/api/v2/REF40/sessions', completeForm, headers)).body;
      },
      before: false,
      after: true,
    },
    domainSpelling: {
      turn: { domainSpelling: 'domain' },
      look: async () => (await raw.form('/sessions', {})).body['missingParameters'],
      before: ['mvpd', 'domainName', 'redirectUrl'],
      after: ['mvpd', 'domain', 'redirectUrl'],
    },
    configurationShape: {
      turn: { configurationShape: 'table' },
      look: async () => Object.keys(await bodyOf(raw.get('/configuration'))),
      before: ['device', 'clientType', 'os', 'requestor'],
      after: ['device', 'clientType', 'os', 'errorReporting', 'requestor', 'mvpds', 'time'],
    },
  } satisfies Record<string, SwitchCase>;
};
