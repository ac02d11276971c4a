import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiAnswer } from '#src/client/request';
import type { JsonObject } from '#src/lib/json';
import { completeForm } from '../world.ts';
import {
  type Adobe,
  type AdobeDevice,
  firstDecision,
  partnerStatus,
  startAdobe,
  tempPassIdentity,
} from './client.ts';

/** A way to each of the 47 codes, and what the catalogue says of it. */
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

type Way = () => Promise<ApiAnswer | JsonObject>;
type Line = readonly [code: string, status: number, action: string, way: Way];

const itemOf = async (...asked: Parameters<AdobeDevice['decide']>) =>
  firstDecision(await tv.decide(...asked))['error'] as JsonObject;

const status = (changes = {}) => partnerStatus(world.clock.now(), changes);
const partnerProfile = (headers = status(), SAMLResponse = 'eA==') =>
  tv.form('/profiles/sso/Apple', { SAMLResponse }, headers);
const misconfigure = (code: string, mvpd = 'Cablevision') =>
  world.control('/integrations', { serviceProvider: 'REF30', mvpd, misconfigured: [code] });
const misconfigured = async (code: string) => {
  await misconfigure(code);
  return partnerProfile();
};
/** What the MVPD is made to say to a subscriber who is signed in. */
const said = async (code: string, operation: 'preauthorize' | 'authorize' = 'authorize') => {
  await tv.logIn();
  await world.control('/verdicts', { verdict: { code } });
  return itemOf(operation);
};
const tempPass = { mvpd: 'flexibleTempPass', headers: tempPassIdentity() };

const ofRequests: Line[] = [
  ['invalid_parameter_service_provider', 400, 'none', () => tv.raw.get('/api/v2/NOBODY/profiles')],
  ['invalid_parameter_mvpd', 400, 'none', () => tv.get('/profiles/Nobody')],
  ['invalid_parameter_code', 400, 'none', () => tv.get('/sessions/x')],
  ['invalid_parameter_resources', 400, 'none', () => tv.json('/decisions/authorize/Cablevision', {})],
  ['invalid_parameter_redirect_url', 400, 'none', () => tv.get('/logout/Cablevision')],
  ['invalid_parameter_partner', 400, 'none', () => tv.form('/sessions/sso/Nobody', {})],
  ['invalid_parameter_saml_response', 400, 'none', () => partnerProfile()],
  ['invalid_header_device_info', 400, 'none', () => tv.get('/profiles', { 'x-device-info': '?' })],
  [
    'invalid_header_device_identifier',
    400,
    'none',
    () => tv.get('/profiles', { 'ap-device-identifier': '?' }),
  ],
  [
    'invalid_header_identity_for_temporary_access',
    400,
    'none',
    () => tv.get('/profiles/flexibleTempPass', { 'ap-temppass-identity': 'bm9uZQ==' }),
  ],
  [
    'invalid_integration',
    400,
    'none',
    async () => {
      await world.control('/integrations', { serviceProvider: 'REF30', mvpd: 'Dish', enabled: false });
      return tv.get('/profiles/Dish');
    },
  ],
  ['invalid_authentication_session', 400, 'none', () => tv.get('/sessions/AAAAAAA')],
  [
    'too_many_resources',
    403,
    'configuration',
    () => tv.json('/decisions/preauthorize/Cablevision', { resources: [...'123456'] }),
  ],
  ['internal_server_error', 500, 'none', () => said('internal_server_error')],
  [
    'invalid_access_token_service_provider',
    401,
    'application-registration',
    () => tv.raw.get('/api/v2/REF40/profiles'),
  ],
  [
    'invalid_access_token_client_application',
    401,
    'application-registration',
    async () => {
      await world.control('/apps', { app: 'ref30-tv', softwareStatement: 'unapproved' });
      return tv.get('/profiles');
    },
  ],
];

const pfs = 'invalid_header_pfs_';
const ofPartners: Line[] = [
  [`${pfs}permission_access_not_present`, 400, 'none', () => partnerProfile({})],
  [
    `${pfs}permission_access_not_determined`,
    400,
    'none',
    () => partnerProfile(status({ accessStatus: 'notDetermined' })),
  ],
  [
    `${pfs}permission_access_not_granted`,
    400,
    'none',
    () => partnerProfile(status({ accessStatus: 'restricted' })),
  ],
  [`${pfs}provider_id_not_determined`, 400, 'none', () => partnerProfile(status({ id: 'Nobody' }))],
  [
    `${pfs}provider_id_mismatch`,
    400,
    'none',
    async () => {
      await world.set({ partnerStatusFault: 'reject' });
      return tv.get('/profiles/Dish', status());
    },
  ],
  [`${pfs}provider_info_expired`, 400, 'none', () => partnerProfile(status({ expiresIn: 0 }))],
];

const configuration = 'invalid_configuration_';
const ofConfiguration: Line[] = [
  [
    `${configuration}user_metadata_certificate`,
    500,
    'configuration',
    async () => {
      await misconfigure(`${configuration}user_metadata_certificate`);
      await tv.logIn();
      return tv.get('/profiles/Cablevision');
    },
  ],
  [
    `${configuration}temporary_access`,
    500,
    'configuration',
    async () => {
      await misconfigure(`${configuration}temporary_access`, 'TempPass_TEST40');
      return tv.get('/profiles/TempPass_TEST40');
    },
  ],
  ...[
    'platform',
    'platform_id',
    'platform_trait',
    'platform_category_trait',
    'platform_services',
    'mvpd_platform',
    'mvpd_platform_boarding_status',
    'mvpd_platform_profile_exchange',
  ].map((name): Line => {
    const code = configuration + name;
    return [code, 500, 'configuration', () => misconfigured(code)];
  }),
];

const ofMvpds: Line[] = [
  [
    'preauthorization_denied_by_mvpd',
    403,
    'none',
    async () => {
      await tv.logIn();
      return itemOf('preauthorize', { resources: ['sports'] });
    },
  ],
  [
    'authorization_denied_by_mvpd',
    403,
    'none',
    async () => {
      await tv.logIn();
      return itemOf('authorize', { resources: ['sports'] });
    },
  ],
  [
    'authorization_denied_by_degradation_rule',
    403,
    'none',
    async () => {
      await world.control('/degradation', { rule: 'AuthZNone' });
      return itemOf('authorize');
    },
  ],
  ...[
    ['authorization_denied_by_parental_controls', 'none'],
    ['authorization_denied_by_hba_policies', 'authentication'],
    ['authorization_denied_by_session_invalidated', 'authentication'],
    ['identity_not_recognized_by_mvpd', 'authentication'],
    ['network_received_error', 'retry'],
    ['network_connection_timeout', 'retry'],
    ['maximum_execution_time_exceeded', 'retry'],
  ].map(([code = '', action = '']): Line => [code, 403, action, () => said(code)]),
];

const ofProfiles: Line[] = [
  ['authenticated_profile_missing', 403, 'authentication', () => itemOf('authorize')],
  [
    'authenticated_profile_expired',
    403,
    'authentication',
    async () => {
      await world.control('/switches', { accessTokenSeconds: 100 * 86_400 }, 'PUT');
      tv = await world.deviceOf();
      await tv.logIn();
      await world.clock.advance(30 * 86_400_000);
      return itemOf('authorize');
    },
  ],
  [
    'authenticated_profile_invalidated',
    403,
    'authentication',
    async () => {
      await tv.logIn();
      await world.control('/profiles/invalidate', { mvpd: 'Cablevision' });
      return itemOf('authorize');
    },
  ],
  [
    'temporary_access_duration_limit_exceeded',
    403,
    'authentication',
    async () => {
      await tv.decide('authorize', { mvpd: 'TempPass_TEST40' });
      await world.clock.advance(180_000);
      return itemOf('authorize', { mvpd: 'TempPass_TEST40' });
    },
  ],
  [
    'temporary_access_resources_limit_exceeded',
    403,
    'authentication',
    async () => {
      await tv.decide('authorize', { ...tempPass, resources: [...'12345'] });
      return itemOf('authorize', { ...tempPass, resources: ['6'] });
    },
  ],
];

const all = [...ofRequests, ...ofPartners, ...ofConfiguration, ...ofMvpds, ...ofProfiles];

test('the catalogue has 47 codes, each reachable', () => {
  expect(new Set(all.map(([code]) => code)).size).toBe(47);
});

describe('reaching', () => {
  test.each(all)('%s (%i, %s)', async (code, status, action, way) => {
    const given = await way();
    const isReply = 'headers' in given;
    const error = isReply ? given.body : given;
    expect(error).toMatchObject({ code, status, action });
    if (isReply) expect(given.status).toBe(status);
  });
});

test('ending the session at the MVPD ends the profile', async () => {
  await said('authorization_denied_by_session_invalidated');
  expect(await tv.profiles()).toEqual({});
  expect(await itemOf('authorize')).toMatchObject({ code: 'authenticated_profile_invalidated' });
  expect((await tv.form('/sessions', completeForm)).body).toMatchObject({ actionName: 'authenticate' });
});
