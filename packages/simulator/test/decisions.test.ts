import { verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { base64, completeForm, type Device, startWorld, type World } from './world.ts';

let world: World;
let tv: Device;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.device();
});

const decide = async (operation: 'preauthorize' | 'authorize', resources: string[], mvpd = 'Cablevision') =>
  tv.json(`/api/v2/REF30/decisions/${operation}/${mvpd}`, { resources });
const logIn = async () => world.logIn(await tv.form('/api/v2/REF30/sessions', completeForm));
const about = (resource: string) => ({
  resource,
  serviceProvider: 'REF30',
  mvpd: 'Cablevision',
  source: 'mvpd',
});

test('preauthorize: per resource, never a token or times', async () => {
  await logIn();
  const { status, body } = await decide('preauthorize', ['REF30', 'sports']);
  expect(status).toBe(200);
  expect(body).toEqual({
    decisions: [
      { ...about('REF30'), authorized: true },
      {
        ...about('sports'),
        authorized: false,
        error: {
          action: 'none',
          status: 403,
          code: 'preauthorization_denied_by_mvpd',
          message: expect.any(String),
          details: expect.stringContaining('sports'),
          helpUrl: expect.any(String),
        },
      },
    ],
  });
});

test('authorize: a permit with a media token, a deny with its reason, both with times', async () => {
  await logIn();
  const now = world.clock.now();
  const { body } = await decide('authorize', ['REF30', 'sports']);
  const validity = { notBefore: now, notAfter: now + 86_400_000 };
  expect(body).toEqual({
    decisions: [
      {
        ...about('REF30'),
        ...validity,
        authorized: true,
        token: { notBefore: now, notAfter: now + 420_000, serializedToken: expect.any(String) },
      },
      {
        ...about('sports'),
        ...validity,
        authorized: false,
        error: expect.objectContaining({ code: 'authorization_denied_by_mvpd', details: expect.any(String) }),
      },
    ],
  });
});

describe('the media token', () => {
  const tokenFor = async (resource: string): Promise<string> => {
    const { body } = await decide('authorize', [resource], 'TempPass_TEST40');
    const [decision] = body['decisions'] as { token: { serializedToken: string } }[];
    return Buffer.from(decision?.token.serializedToken ?? '', 'base64').toString();
  };

  test('has the observed form, and is signed over exactly the bytes of its element', async () => {
    const [, signature = '', element = ''] = (await tokenFor('REF30')).split('<signatureInfo>');
    expect(element).toMatch(
      /^<authToken><sessionGUID>[0-9a-f]{32}<\/sessionGUID><requestorID>REF30<\/requestorID><resourceID>REF30<\/resourceID><ttl>420000<\/ttl><issueTime>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d -0[78]00<\/issueTime><mvpdId>TempPass_TEST40<\/mvpdId><\/authToken>$/,
    );
    const { body } = await world.adobe('/_control/media-token-key');
    const holds = (text: string) =>
      verify('sha256', Buffer.from(text), String(body['pem']), Buffer.from(signature, 'base64'));
    expect(holds(element)).toBe(true);
    expect(holds(element.replace('REF30', 'REF40'))).toBe(false);
  });

  test('carries MRSS in CDATA that an XML reader restores', async () => {
    const mrss = '<rss><title><![CDATA[A & B]]></title></rss>';
    const text = /<resourceID>(.*)<\/resourceID>/.exec(await tokenFor(mrss))?.[1] ?? '';
    const sections = [...text.matchAll(/<!\[CDATA\[(.*?)\]\]>/g)].map(([, inside]) => inside);
    expect(sections.join('')).toBe(mrss);
  });
});

test.each(['preauthorize', 'authorize'] as const)(
  '%s without a profile: the error stands per resource',
  async (operation) => {
    const { status, body } = await decide(operation, ['REF30', 'news']);
    expect(status).toBe(200);
    const missing = {
      authorized: false,
      error: { code: 'authenticated_profile_missing', status: 403, action: 'authentication' },
    };
    expect(body).toMatchObject({ decisions: [missing, missing] });
  },
);

test('with a profile whose time is over: authenticated_profile_expired', async () => {
  await using own = await startWorld();
  const { client_id, client_secret } = await own.register('ref30-tv');
  const withFreshBearer = async () => ({
    authorization: `Bearer ${await own.bearerOf({ client_id: client_id ?? '', client_secret: client_secret ?? '' })}`,
    'ap-device-identifier': 'fingerprint dHY=',
  });
  await own.logIn(await own.postForm('/api/v2/REF30/sessions', completeForm, await withFreshBearer()));
  await own.clock.advance(30 * 86_400_000);
  const { body } = await own.post(
    '/api/v2/REF30/decisions/authorize/Cablevision',
    { resources: ['REF30'] },
    await withFreshBearer(),
  );
  expect(body).toMatchObject({
    decisions: [{ authorized: false, error: { code: 'authenticated_profile_expired' } }],
  });
});

describe('basic TempPass', () => {
  const profile = () => tv.get('/api/v2/REF30/profiles/TempPass_TEST40');

  test('needs no session, permits everything and is told by source temppass', async () => {
    const { body } = await decide('authorize', ['anything'], 'TempPass_TEST40');
    expect(body).toMatchObject({ decisions: [{ authorized: true, source: 'temppass', token: {} }] });
  });

  test('runs from the first authorization by the wall clock, then refuses', async () => {
    const now = world.clock.now();
    await world.clock.advance(60_000);
    await decide('preauthorize', ['REF30'], 'TempPass_TEST40');
    await decide('authorize', ['REF30'], 'TempPass_TEST40');
    const { body } = await profile();
    expect(body['profiles']).toEqual({
      TempPass_TEST40: {
        notBefore: now + 60_000,
        notAfter: now + 240_000,
        issuer: 'Adobe',
        type: 'temporary',
        attributes: {
          expiration_date: { value: now + 240_000, state: 'plain' },
          userID: { value: expect.stringMatching(/^temppass_[0-9a-f]{40}$/), state: 'plain' },
        },
      },
    });

    await world.clock.advance(180_000);
    expect(await profile()).toMatchObject({
      status: 403,
      body: { code: 'temporary_access_duration_limit_exceeded' },
    });
    const refused = await decide('authorize', ['REF30'], 'TempPass_TEST40');
    expect(refused.status).toBe(200);
    expect(refused.body).toMatchObject({
      decisions: [{ source: 'temppass', error: { code: 'temporary_access_duration_limit_exceeded' } }],
    });
  });

  test('never shows among all profiles, but under the code that was resumed with it', async () => {
    const { body } = await tv.form('/api/v2/REF30/sessions', {});
    await tv.form(`/api/v2/REF30/sessions/${body['code']}`, { ...completeForm, mvpd: 'TempPass_TEST40' });
    expect((await tv.get('/api/v2/REF30/profiles')).body).toEqual({ profiles: {} });
    expect((await tv.get(`/api/v2/REF30/profiles/code/${body['code']}`)).body['profiles']).toMatchObject({
      TempPass_TEST40: { type: 'temporary' },
    });
  });
});

describe('promotional TempPass', () => {
  const identity = (email: string) => ({ 'ap-temppass-identity': base64({ email }) });
  const play = async (device: Device, resources: string[], headers = {}) =>
    (await device.json('/api/v2/REF30/decisions/authorize/flexibleTempPass', { resources }, headers)).body;
  const profile = (device: Device, headers = {}) =>
    device.get('/api/v2/REF30/profiles/flexibleTempPass', headers);

  test('without an identity, profiles are refused outright and decisions inside the 200', async () => {
    const code = 'invalid_header_identity_for_temporary_access';
    expect(await profile(tv)).toMatchObject({ status: 400, body: { code } });
    expect(await profile(tv, { 'ap-temppass-identity': 'junk' })).toMatchObject({
      status: 400,
      body: { code },
    });
    expect(await play(tv, ['REF30'])).toMatchObject({ decisions: [{ source: 'temppass', error: { code } }] });
  });

  test('opens five different resources, to the device or to the person', async () => {
    const ana = identity('ana@viewers.example');
    await play(tv, ['a', 'b', 'c', 'd'], ana);
    const phone = await world.device('ref30-web', 'phone');
    expect((await profile(phone, ana)).body['profiles']).toMatchObject({
      flexibleTempPass: {
        attributes: { remaining_resources: { value: 1 }, used_assets: { value: ['a', 'b', 'c', 'd'] } },
      },
    });
    expect(await play(phone, ['e', 'f', 'a'], ana)).toMatchObject({
      decisions: [
        { authorized: true },
        { authorized: false, error: { code: 'temporary_access_resources_limit_exceeded' } },
        { authorized: true },
      ],
    });
    expect(await profile(tv, identity('somebody@else.example'))).toMatchObject({ status: 200 });
    expect(await profile(phone, identity('somebody@else.example'))).toMatchObject({
      status: 403,
      body: { code: 'temporary_access_resources_limit_exceeded' },
    });
  });

  test('ends by the wall clock too', async () => {
    const ana = identity('ana@viewers.example');
    await play(tv, ['a'], ana);
    await world.clock.advance(180_000);
    expect(await profile(tv, ana)).toMatchObject({
      status: 403,
      body: { code: 'temporary_access_duration_limit_exceeded' },
    });
  });
});
