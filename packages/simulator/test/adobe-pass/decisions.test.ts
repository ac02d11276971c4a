import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeForm, fillIn, goOn, redirectUrl, stepwise } from '../world.ts';
import { type Adobe, type AdobeDevice, partnerStatus, startAdobe, tempPassIdentity } from './client.ts';

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

const resources = ['REF30', 'apasstest1'];
const decide = async (operation: 'preauthorize' | 'authorize', mvpd = 'Cablevision') =>
  (await tv.decide(operation, { resources, mvpd }))['decisions'] as Record<string, unknown>[];
const degrade = (rule: string, more = {}) => world.control('/degradation', { rule, ...more });
const token = { serializedToken: expect.any(String) };

describe('sources', () => {
  test('mvpd', async () => {
    await tv.logIn();
    expect(await decide('authorize')).toMatchObject([
      { source: 'mvpd', authorized: true, token, notAfter: world.clock.now() + 86_400_000 },
      { source: 'mvpd', authorized: false, notAfter: world.clock.now() + 86_400_000 },
    ]);
  });
  test('temppass', async () => {
    expect(await decide('authorize', 'TempPass_TEST40')).toMatchObject([
      { source: 'temppass', authorized: true, token, notAfter: world.clock.now() + 180_000 },
      { source: 'temppass', authorized: true },
    ]);
  });
  test('degradation', async () => {
    await degrade('AuthZAll');
    expect(await decide('authorize')).toMatchObject([{ source: 'degradation' }, { source: 'degradation' }]);
  });
  test('dummy, if Adobe permits without asking', async () => {
    await tv.logIn();
    const place = { serviceProvider: 'REF30', mvpd: 'Cablevision' };
    await world.control('/integrations', { ...place, dummyAuthorization: true });
    expect(await decide('authorize')).toMatchObject([
      { source: 'dummy', authorized: true, token },
      { source: 'dummy', authorized: true, token },
    ]);
  });
});

describe('AuthNAll', () => {
  beforeEach(() => degrade('AuthNAll', { mvpd: 'Cablevision' }));
  test('preauthorize: permits without a profile', async () => {
    expect(await decide('preauthorize')).toMatchObject([
      { source: 'degradation', authorized: true },
      { source: 'degradation', authorized: true },
    ]);
  });
  test('authorize: permits with token and times', async () => {
    const times = { notBefore: expect.any(Number), notAfter: expect.any(Number) };
    expect(await decide('authorize')).toMatchObject([
      { authorized: true, token, ...times },
      { authorized: true, token, ...times },
    ]);
  });
  test('logout is complete', async () => {
    expect(await tv.logOut()).toMatchObject({ Cablevision: { actionName: 'complete', actionType: 'none' } });
  });
  test('does not affect other MVPDs', async () => {
    expect(await decide('authorize', 'Dish')).toMatchObject([{ source: 'mvpd' }, { source: 'mvpd' }]);
  });
  test('yields to a valid profile with the switch', async () => {
    await world.control('/degradation', {}, 'DELETE');
    await tv.logIn();
    await degrade('AuthNAll', { mvpd: 'Cablevision' });
    expect(await tv.profiles('/Cablevision')).toMatchObject({ Cablevision: { type: 'degraded' } });
    await world.set({ degradationPriority: 'profile' });
    expect(await tv.profiles('/Cablevision')).toMatchObject({ Cablevision: { type: 'regular' } });
    expect(await decide('authorize')).toMatchObject([{ source: 'mvpd' }, { authorized: false }]);
  });
});

describe('AuthZAll', () => {
  beforeEach(() => degrade('AuthZAll', { serviceProvider: 'REF30', mvpd: 'Cablevision' }));
  test.each(['preauthorize', 'authorize'] as const)('%s: permits, without times', async (operation) => {
    const decisions = await decide(operation);
    expect(decisions).toMatchObject([{ authorized: true }, { authorized: true }]);
    for (const decision of decisions) expect(decision).not.toHaveProperty('notAfter');
  });
  test('does not affect sessions and profiles', async () => {
    await tv.logIn();
    expect(await tv.profiles('/Cablevision')).toMatchObject({ Cablevision: { type: 'regular' } });
  });
});

describe('AuthZNone', () => {
  beforeEach(() => degrade('AuthZNone', { message: 'Down until tonight' }));
  test.each(['preauthorize', 'authorize'] as const)('%s: denies each resource', async (operation) => {
    await tv.logIn();
    const denied = {
      source: 'degradation',
      authorized: false,
      error: { code: 'authorization_denied_by_degradation_rule', status: 403, details: 'Down until tonight' },
    };
    const decisions = await decide(operation);
    expect(decisions).toMatchObject([denied, denied]);
    for (const decision of decisions) expect(decision).not.toHaveProperty('notAfter');
  });
  test('does not affect sessions and profiles', async () => {
    await tv.logIn();
    expect(await tv.profiles('/Cablevision')).toMatchObject({ Cablevision: { type: 'regular' } });
  });
});

test('an expired or cleared rule has no effect', async () => {
  const until = new Date(world.clock.now() + 60_000).toISOString();
  await degrade('AuthZAll', { until });
  expect(await decide('authorize')).toMatchObject([{ authorized: true }, {}]);
  await world.clock.advance(60_000);
  expect(await decide('authorize')).toMatchObject([{ error: { code: 'authenticated_profile_missing' } }, {}]);
  await degrade('AuthZNone');
  await world.control('/degradation', {}, 'DELETE');
  expect(await decide('authorize')).toMatchObject([{ error: { code: 'authenticated_profile_missing' } }, {}]);
});

test('an injected verdict applies to the given resource, operation and number of times', async () => {
  await tv.logIn();
  const verdict = { code: 'network_received_error', details: 'try again' };
  await world.control('/verdicts', { resource: 'REF30', operation: 'authorize', times: 1, verdict });
  expect(await decide('preauthorize')).toMatchObject([{ authorized: true }, { authorized: false }]);
  expect(await decide('authorize')).toMatchObject([
    { authorized: false, error: { action: 'retry', details: 'try again' } },
    { error: { code: 'authorization_denied_by_mvpd' } },
  ]);
  expect(await decide('authorize')).toMatchObject([{ authorized: true }, {}]);
});

test('no permit outlives its profile', async () => {
  await world.set({ accessTokenSeconds: 100 * 86_400 });
  tv = await world.deviceOf();
  await tv.logIn();
  await world.clock.advance(30 * 86_400_000 - 1_000);
  expect(await decide('authorize')).toMatchObject([{ notAfter: world.clock.now() + 1_000 }, {}]);
});

test('a media token is valid for seven minutes, independently of the permit', async () => {
  await tv.logIn();
  const [permit] = await decide('authorize');
  expect(permit?.['token']).toMatchObject({
    notBefore: world.clock.now(),
    notAfter: world.clock.now() + 420_000,
    serializedToken: expect.stringMatching(/^PHNpZ25hdHVyZUluZm8\+/),
  });
});

describe('a channel that requires its own login', () => {
  const alone = (serviceProvider: string) =>
    world.control('/integrations', { serviceProvider, mvpd: 'Cablevision', authPerAggregator: true });
  const shared = async () => {
    const headers = { 'ad-service-token': await world.serviceToken() };
    await (await world.deviceOf('ref40-phone')).logIn({ headers });
    return headers;
  };
  test('uses no SSO profile, and says so in the configuration', async () => {
    const headers = await shared();
    await alone('REF30');
    expect(await tv.profiles('', headers)).toEqual({});
    const { body } = await tv.get('/configuration');
    expect(body['requestor']).toMatchObject({
      mvpds: expect.arrayContaining([
        expect.objectContaining({ id: 'Cablevision', authPerAggregator: true }),
      ]),
    });
  });
  test('shares none', async () => {
    const headers = await shared();
    await alone('REF40');
    expect(await tv.profiles('', headers)).toEqual({});
  });
  test('asks the MVPD passively first, then interactively if there is no session', async () => {
    await alone('REF30');
    const created = await tv.form('/sessions', completeForm);
    const browser = stepwise();
    const again = await world.logIn(created, browser);
    expect(again.headers.location).toContain('/Cablevision/saml/sso');
    const shown = await goOn(browser, again);
    const back = await goOn(browser, await fillIn(browser, shown));
    expect(back.headers.location).toBe(redirectUrl);
    expect(await tv.profiles()).toMatchObject({ Cablevision: { type: 'regular' } });

    await tv.logOut();
    expect((await world.logIn(await tv.form('/sessions', completeForm), browser)).headers.location).toBe(
      redirectUrl,
    );
  });
});

test.each([
  ['preauthorize', {}],
  ['authorize', tempPassIdentity()],
] as const)('%s of a promotional TempPass: %j is enough', async (operation, headers) => {
  const body = await tv.decide(operation, { mvpd: 'flexibleTempPass', headers });
  expect(body['decisions']).toMatchObject([{ source: 'temppass', authorized: true }]);
});

test('an invalid partner status means no partner profile and no error', async () => {
  const headers = partnerStatus(world.clock.now(), { accessStatus: 'denied' });
  expect((await tv.decide('authorize', { headers }))['decisions']).toMatchObject([
    { error: { code: 'authenticated_profile_missing' } },
  ]);
});
