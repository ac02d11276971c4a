import { constants, privateDecrypt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import type { JsonObject } from '#src/lib/json';
import { completeForm } from '../world.ts';
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

const typesOf = (profiles: Record<string, JsonObject>) =>
  Object.fromEntries(Object.entries(profiles).map(([mvpd, { type }]) => [mvpd, type]));
const platformToken = async (platform: 'amazon' | 'roku', subject = 'household', expiresIn?: number) => {
  const { body } = await world.control('/platform/token', { platform, subject, expiresIn });
  const header = platform === 'amazon' ? 'adobe-subject-token' : 'x-roku-reserved-roku-connect-token';
  return { [header]: String(body['token']) };
};
const status = () => partnerStatus(world.clock.now());
const askFramework = async (device: AdobeDevice) =>
  (await device.form('/sessions/sso/Apple', {}, status())).body['authenticationRequest'] as {
    request: string;
  };
const framework = async ({ request }: { request: string }, username = 'ana@cablevision.example') => {
  const order = { mvpd: 'Cablevision', username, authenticationRequest: request };
  return {
    SAMLResponse: String((await world.control('/partner/saml-response', order)).body['SAMLResponse']),
  };
};
const signInByFramework = async (device: AdobeDevice) =>
  device.form('/profiles/sso/Apple', await framework(await askFramework(device)), status());

describe('profile types per endpoint', () => {
  test('regular: all three', async () => {
    const { body } = await tv.logIn();
    for (const path of ['', '/Cablevision', `/code/${body['code']}`])
      expect(typesOf(await tv.profiles(path)), path).toEqual({ Cablevision: 'regular' });
  });

  test('temporary: by mvpd and by code, not in all profiles', async () => {
    const { body } = await tv.form('/sessions', {});
    await tv.form(`/sessions/${body['code']}`, { ...completeForm, mvpd: 'TempPass_TEST40' });
    for (const path of ['/TempPass_TEST40', `/code/${body['code']}`])
      expect(typesOf(await tv.profiles(path)), path).toEqual({ TempPass_TEST40: 'temporary' });
    expect(await tv.profiles()).toEqual({});
  });

  test('degraded: by mvpd and by code, not in all profiles', async () => {
    const { body } = await tv.form('/sessions', completeForm);
    await world.control('/degradation', { rule: 'AuthNAll', serviceProvider: 'REF30', mvpd: 'Cablevision' });
    for (const path of ['/Cablevision', `/code/${body['code']}`])
      expect(await tv.profiles(path), path).toMatchObject({
        Cablevision: {
          type: 'degraded',
          issuer: 'Adobe',
          attributes: { userID: { value: expect.stringMatching(/^95cf93bcd183214a/) } },
        },
      });
    expect(await tv.profiles()).toEqual({});
  });

  test.each(['', '/Cablevision'])('serviceTokenSSO, platformSSO and appleSSO: profiles%s', async (path) => {
    const token = { 'ad-service-token': await world.serviceToken() };
    await (await world.deviceOf('ref40-phone')).logIn({ headers: token });
    expect(typesOf(await tv.profiles(path, token))).toEqual({ Cablevision: 'serviceTokenSSO' });

    const roku = await platformToken('roku');
    await (await world.deviceOf('ref40-phone', 'roku')).logIn({ headers: roku });
    expect(typesOf(await tv.profiles(path, roku))).toEqual({ Cablevision: 'platformSSO' });

    expect((await signInByFramework(tv)).status).toBe(201);
    expect(typesOf(await tv.profiles(path, status()))).toEqual({ Cablevision: 'appleSSO' });
    expect(await tv.profiles(path)).toEqual({});
  });

  test('by code: neither token nor framework apply', async () => {
    const token = { 'ad-service-token': await world.serviceToken() };
    const { body } = await tv.form('/sessions', completeForm, token);
    await (await world.deviceOf('ref40-phone')).logIn({ headers: token });
    expect(await tv.profiles(`/code/${body['code']}`, token)).toEqual({});
  });
});

describe('a profile is not found', () => {
  test('with other client credentials', async () => {
    await tv.logIn();
    expect(await (await world.deviceOf('ref30-tv')).profiles()).toEqual({});
  });
  test('on another device', async () => {
    await tv.logIn();
    expect(await tv.profiles('', { 'ap-device-identifier': 'fingerprint b3RoZXI=' })).toEqual({});
  });
  test('when the software statement is revoked', async () => {
    await tv.logIn();
    await world.control('/apps', { app: 'ref30-tv', softwareStatement: 'revoked' });
    expect((await tv.get('/profiles')).status).toBe(401);
  });
  test('when the MVPD invalidates it, for the subject too', async () => {
    const token = { 'ad-service-token': await world.serviceToken() };
    await tv.logIn({ headers: token });
    await world.control('/profiles/invalidate', { mvpd: 'Cablevision' });
    expect(await tv.profiles('', token)).toEqual({});
    expect(await (await world.deviceOf('ref40-phone')).profiles('', token)).toEqual({});
  });
  test('but a disabled integration still appears in all profiles, because nothing documented prevents it', async () => {
    await tv.logIn();
    await world.control('/integrations', { serviceProvider: 'REF30', mvpd: 'Cablevision', enabled: false });
    expect(typesOf(await tv.profiles())).toEqual({ Cablevision: 'regular' });
    await world.set({ disabledIntegration: 'hidden' });
    expect(await tv.profiles()).toEqual({});
  });
});

describe('platform single sign-on', () => {
  test.each(['amazon', 'roku'] as const)(
    '%s: authorizes and logs out on another device',
    async (platform) => {
      const headers = await platformToken(platform);
      await tv.logIn({ headers });
      const phone = await world.deviceOf('ref40-phone');
      expect((await phone.decide('authorize', { headers }))['decisions']).toMatchObject([
        { authorized: true },
      ]);
      expect(await phone.logOut('Cablevision', headers)).toMatchObject({
        Cablevision: { actionName: 'logout' },
      });
      expect(await tv.profiles('', headers)).toEqual({});
    },
  );

  test.each([
    ['of somebody else', () => platformToken('amazon', 'neighbors')],
    ['of another platform', () => platformToken('roku')],
    ['expired', () => platformToken('amazon', 'household', -1)],
    ['garbage', async () => ({ 'adobe-subject-token': 'garbage' })],
  ])('a token %s means none, and no error', async (_, other) => {
    await tv.logIn({ headers: await platformToken('amazon') });
    expect(await (await world.deviceOf('ref40-phone')).profiles('', await other())).toEqual({});
  });

  test('a switch decides between it and a service token', async () => {
    const token = { 'ad-service-token': await world.serviceToken() };
    const both = { ...token, ...(await platformToken('amazon')) };
    await tv.logIn({ headers: both });
    const phone = await world.deviceOf('ref40-phone');
    expect(typesOf(await phone.profiles('', both))).toEqual({ Cablevision: 'serviceTokenSSO' });
    await world.set({ ssoPrecedence: 'platform' });
    expect(typesOf(await phone.profiles('', both))).toEqual({ Cablevision: 'platformSSO' });
  });
});

describe('partner single sign-on', () => {
  test('has its own issuer and lifetime, authorizes, and ends in the system settings', async () => {
    const { status: code, body } = await signInByFramework(tv);
    const now = world.clock.now();
    expect(code).toBe(201);
    expect(body['profiles']).toMatchObject({
      Cablevision: { type: 'appleSSO', issuer: 'Apple', notBefore: now, notAfter: now + 86_400_000 },
    });
    expect((await tv.decide('authorize', { headers: status() }))['decisions']).toMatchObject([
      { authorized: true, source: 'mvpd' },
    ]);
    expect((await tv.decide('authorize'))['decisions']).toMatchObject([
      { error: { code: 'authenticated_profile_missing' } },
    ]);
    expect(await tv.logOut()).toEqual({
      Cablevision: { actionName: 'partner_logout', actionType: 'partner_interactive', mvpd: 'Cablevision' },
    });
    expect(await tv.profiles('', status())).toEqual({});
  });

  test('the MVPD’s response is accepted once, and only from the requesting device', async () => {
    const answer = await framework(await askFramework(tv));
    const other = await world.deviceOf('ref30-tv', 'other');
    const refused = { status: 400, body: { code: 'invalid_parameter_saml_response' } };
    expect(await other.form('/profiles/sso/Apple', answer, status())).toMatchObject(refused);
    const again = await framework(await askFramework(tv));
    expect((await tv.form('/profiles/sso/Apple', again, status())).status).toBe(201);
    expect(await tv.form('/profiles/sso/Apple', again, status())).toMatchObject(refused);
  });

  test('AuthNAll: the degraded profile, with 200', async () => {
    await world.control('/degradation', { rule: 'AuthNAll' });
    const { status: code, body } = await tv.form('/profiles/sso/Apple', {}, status());
    expect(code).toBe(200);
    expect(body['profiles']).toMatchObject({ Cablevision: { type: 'degraded', issuer: 'Adobe' } });
  });
});

describe('user metadata', () => {
  const attributesOf = async (device = tv) =>
    (await device.profiles('/Cablevision'))['Cablevision']?.['attributes'] as Record<
      string,
      { value: string }
    >;

  test('sensitive attributes are encrypted for the programmer', async () => {
    await tv.logIn();
    const { userID, zip, householdID } = await attributesOf();
    expect([userID, householdID]).toMatchObject([{ state: 'plain' }, { state: 'plain' }]);
    expect(zip).toMatchObject({ state: 'enc' });
    const { body } = await world.adobe('/_control/user-metadata-key');
    const padded = privateDecrypt(
      { key: String(body['pem']), padding: constants.RSA_NO_PADDING },
      Buffer.from(zip?.value ?? '', 'base64'),
    );
    expect([padded[0], padded[1]]).toEqual([0, 2]);
    expect(JSON.parse(padded.subarray(padded.indexOf(0, 2) + 1).toString())).toEqual(['77754', '12345']);
  });

  const withMetadata = (metadata: { certificate: string | null; padding: 'oaep-sha1' | 'oaep-sha256' }) => ({
    ...defaultFixtures,
    serviceProviders: defaultFixtures.serviceProviders.map((provider) => ({
      ...provider,
      userMetadata: { encrypted: ['zip', 'householdID'], ...metadata },
    })),
  });

  test.each(['sha1', 'sha256'] as const)(
    'with OAEP (%s) where the programmer asks for it',
    async (oaepHash) => {
      const fixtures = withMetadata({ certificate: 'generated', padding: `oaep-${oaepHash}` });
      await using own = await startAdobe({ fixtures });
      const device = await own.deviceOf();
      await device.logIn();
      const { householdID } = await attributesOf(device);
      const { body } = await own.adobe('/_control/user-metadata-key');
      const clear = privateDecrypt(
        { key: String(body['pem']), oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING },
        Buffer.from(householdID?.value ?? '', 'base64'),
      );
      expect(JSON.parse(clear.toString())).toBe(
        Buffer.from('Cablevision:household-of-ana').toString('base64'),
      );
    },
  );

  test.each([
    ['missing', null],
    ['unfit', 'no certificate'],
  ])('with a certificate that is %s: 500', async (_, certificate) => {
    await using own = await startAdobe({ fixtures: withMetadata({ certificate, padding: 'oaep-sha1' }) });
    const device = await own.deviceOf();
    await device.logIn();
    for (const path of ['/profiles', '/profiles/Cablevision'])
      expect(await device.get(path)).toMatchObject({
        status: 500,
        body: { code: 'invalid_configuration_user_metadata_certificate', action: 'configuration' },
      });
  });

  test('changes with an authorization by the MVPD', async () => {
    await tv.logIn();
    const attributes = { householdID: 'moved', onNet: true };
    await world.control('/verdicts', { operation: 'authorize', verdict: { permit: true, attributes } });
    await tv.decide('preauthorize');
    expect(await attributesOf()).not.toHaveProperty('onNet');
    await tv.decide('authorize');
    expect(await attributesOf()).toMatchObject({
      householdID: { value: 'moved', state: 'plain' },
      onNet: { value: 'true', state: 'plain' },
    });
  });
});

describe('TempPass', () => {
  const promotional = { mvpd: 'flexibleTempPass', headers: tempPassIdentity() };
  const profileOf = async () =>
    (await tv.profiles('/flexibleTempPass', promotional.headers))['flexibleTempPass'];

  test('promotional: remaining and used resources', async () => {
    await tv.decide('authorize', { ...promotional, resources: ['a', 'b', 'a'] });
    expect(await profileOf()).toMatchObject({
      type: 'temporary',
      issuer: 'Adobe',
      notAfter: world.clock.now() + 180_000,
      attributes: {
        remaining_resources: { value: 3 },
        used_assets: { value: ['a', 'b'] },
        expiration_date: { value: world.clock.now() + 180_000 },
        userID: { value: expect.stringMatching(/^temppass_[0-9a-f]{40}$/) },
      },
    });
  });

  test('promotional: the same identity on another device has the same trial', async () => {
    await tv.decide('authorize', promotional);
    await world.clock.advance(180_000);
    const other = await world.deviceOf('ref30-tv', 'other');
    expect((await other.decide('authorize', promotional))['decisions']).toMatchObject([
      { source: 'temppass', error: { code: 'temporary_access_duration_limit_exceeded' } },
    ]);
    const stranger = { ...promotional, headers: tempPassIdentity('stranger') };
    expect((await tv.decide('authorize', stranger))['decisions']).toMatchObject([{ authorized: false }]);
    const third = await world.deviceOf('ref30-tv', 'third');
    expect((await third.decide('authorize', stranger))['decisions']).toMatchObject([{ authorized: true }]);
  });

  test('starts with the first authorization; reading the profile costs nothing', async () => {
    await tv.decide('preauthorize', { mvpd: 'TempPass_TEST40' });
    await world.clock.advance(600_000);
    expect((await tv.decide('authorize', { mvpd: 'TempPass_TEST40' }))['decisions']).toMatchObject([
      { authorized: true, notAfter: world.clock.now() + 180_000 },
    ]);
    await world.clock.advance(180_000);
    expect(await tv.get('/profiles/TempPass_TEST40')).toMatchObject({
      status: 403,
      body: { code: 'temporary_access_duration_limit_exceeded', action: 'authentication' },
    });
  });

  test('logout is complete and does not reset the trial', async () => {
    await tv.decide('authorize', { mvpd: 'TempPass_TEST40' });
    expect(await tv.logOut('TempPass_TEST40')).toMatchObject({
      TempPass_TEST40: { actionName: 'complete', actionType: 'none' },
    });
  });
});
