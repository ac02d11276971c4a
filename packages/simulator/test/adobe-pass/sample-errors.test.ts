import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '#src/lib/json';
import { completeForm } from '../world.ts';
import { type Adobe, type AdobeDevice, firstDecision, startAdobe, tempPassIdentity } from './client.ts';

/** Every error in the samples of REST V2, with the texts that the switch `errorTexts` selects for them. */
let world: Adobe;
let tv: AdobeDevice;
beforeAll(async () => {
  world = await startAdobe();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  await world.set({ errorTexts: 'samples' });
  tv = await world.deviceOf();
});

const basic = 'TempPass_TEST40';
const promotional = 'flexibleTempPass';
const identity = (mvpd: string) => (mvpd === promotional ? tempPassIdentity() : {});
const play = (mvpd: string, resources = ['REF30']) =>
  tv.decide('authorize', { mvpd, resources, headers: identity(mvpd) });

/** Each returns the headers with which the error is then asked for. */
const situations = {
  temporary_access_duration_limit_exceeded: async (mvpd: string) => {
    await play(mvpd);
    await world.clock.advance(180_000);
    return identity(mvpd);
  },
  temporary_access_resources_limit_exceeded: async (mvpd: string) => {
    await play(mvpd, [...'12345']);
    return identity(mvpd);
  },
  invalid_configuration_temporary_access: async (mvpd: string) => {
    const misconfigured = ['invalid_configuration_temporary_access'];
    await world.control('/integrations', { serviceProvider: 'REF30', mvpd, misconfigured });
    return identity(mvpd);
  },
  invalid_header_identity_for_temporary_access: async () => ({}),
};

const pages = {
  'profiles by MVPD': async (mvpd: string) => async (headers: object) =>
    (await tv.get(`/profiles/${mvpd}`, { ...headers })).body,
  'profiles by code': async (mvpd: string) => {
    const { body } = await tv.form('/sessions', {});
    await tv.form(`/sessions/${body['code']}`, { ...completeForm, mvpd });
    return async (headers: object) => (await tv.get(`/profiles/code/${body['code']}`, { ...headers })).body;
  },
  authorize: async (mvpd: string) => async (headers: object) =>
    firstDecision(await tv.decide('authorize', { mvpd, headers: { ...headers } }))['error'] as JsonObject,
};

describe('TempPass', () => {
  test.each<[keyof typeof pages, string, keyof typeof situations, string]>([
    ['profiles by MVPD', basic, 'temporary_access_duration_limit_exceeded', 'authentication'],
    ['profiles by MVPD', basic, 'invalid_configuration_temporary_access', 'configuration'],
    ['profiles by MVPD', promotional, 'temporary_access_duration_limit_exceeded', 'none'],
    ['profiles by MVPD', promotional, 'temporary_access_resources_limit_exceeded', 'authentication'],
    ['profiles by MVPD', promotional, 'invalid_configuration_temporary_access', 'none'],
    ['profiles by MVPD', promotional, 'invalid_header_identity_for_temporary_access', 'none'],
    ['profiles by code', basic, 'temporary_access_duration_limit_exceeded', 'authentication'],
    ['profiles by code', basic, 'invalid_configuration_temporary_access', 'configuration'],
    ['profiles by code', promotional, 'temporary_access_duration_limit_exceeded', 'authentication'],
    ['profiles by code', promotional, 'temporary_access_resources_limit_exceeded', 'authentication'],
    ['profiles by code', promotional, 'invalid_configuration_temporary_access', 'configuration'],
    ['profiles by code', promotional, 'invalid_header_identity_for_temporary_access', 'none'],
    ['authorize', basic, 'temporary_access_duration_limit_exceeded', 'authentication'],
    ['authorize', basic, 'invalid_configuration_temporary_access', 'configuration'],
    ['authorize', promotional, 'temporary_access_duration_limit_exceeded', 'authentication'],
    ['authorize', promotional, 'temporary_access_resources_limit_exceeded', 'authentication'],
    ['authorize', promotional, 'invalid_configuration_temporary_access', 'configuration'],
    ['authorize', promotional, 'invalid_header_identity_for_temporary_access', 'none'],
  ])('%s, %s: %s, action %s', async (page, mvpd, code, action) => {
    const ask = await pages[page](mvpd);
    const headers = await situations[code](mvpd);
    expect(await ask(headers)).toMatchObject({ code, action });
  });
});

describe('denials', () => {
  const degraded = 'The integration has an AuthZNone rule applied for the requested resources';
  const errorOf = async (operation: 'authorize' | 'preauthorize') =>
    firstDecision(await tv.decide(operation, { resources: ['unknown'] }))['error'];

  test.each([
    [
      'authorize',
      'The MVPD has returned a "Deny" decision when requesting authorization for the specified resource',
    ],
    [
      'preauthorize',
      'The MVPD has returned a "Deny" decision when requesting pre-authorization for the specified resource.',
    ],
  ] as const)('%s by the MVPD', async (operation, message) => {
    await tv.logIn();
    expect(await errorOf(operation)).toMatchObject({ message, action: 'none' });
  });

  test.each(['authorize', 'preauthorize'] as const)('%s under AuthZNone', async (operation) => {
    await world.control('/degradation', { rule: 'AuthZNone', mvpd: 'Cablevision' });
    expect(await errorOf(operation)).toMatchObject({ message: degraded, action: 'none' });
  });
});
