import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeForm, type Device, redirectUrl, startWorld, type World } from './world.ts';

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

const create = (form: Record<string, string> = completeForm, headers?: Record<string, string>) =>
  tv.form('/api/v2/REF30/sessions', form, headers);
const resume = (code: unknown, form: Record<string, string>) =>
  tv.form(`/api/v2/REF30/sessions/${code}`, form);
const status = (code: unknown) => tv.get(`/api/v2/REF30/sessions/${code}`);
const profileOf = (code: unknown) => tv.get(`/api/v2/REF30/profiles/code/${code}`);
const authorizeUrl = '/api/v2/REF30/decisions/authorize/Cablevision';

describe('what a session answers', () => {
  test('complete, no profile: authenticate, with exactly the documented members', async () => {
    const { status, headers, body } = await create();
    const now = world.clock.now();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json;charset=UTF-8');
    expect(body).toEqual({
      actionName: 'authenticate',
      actionType: 'interactive',
      reasonType: 'none',
      url: `/api/v2/authenticate/REF30/${body['code']}`,
      code: expect.stringMatching(/^[A-Z2-7]{7}$/),
      sessionId: expect.any(String),
      mvpd: 'Cablevision',
      serviceProvider: 'REF30',
      notBefore: String(now),
      notAfter: String(now + 1_800_000),
    });
  });

  test('parameters missing on create: resume', async () => {
    const { body } = await create({ redirectUrl });
    expect(body).toEqual({
      actionName: 'resume',
      actionType: 'direct',
      reasonType: 'none',
      missingParameters: ['mvpd', 'domainName'],
      url: `/api/v2/REF30/sessions/${body['code']}`,
      code: expect.any(String),
      sessionId: expect.any(String),
      serviceProvider: 'REF30',
      notBefore: expect.any(String),
      notAfter: expect.any(String),
    });
  });

  test('still missing on resume: retry, under the same code', async () => {
    const { body: first } = await create({});
    const { body } = await resume(first['code'], { mvpd: 'Cablevision' });
    expect(body).toMatchObject({
      actionName: 'retry',
      actionType: 'direct',
      reasonType: 'none',
      missingParameters: ['domainName', 'redirectUrl'],
      code: first['code'],
      url: first['url'],
      mvpd: 'Cablevision',
    });
  });

  test('complete on resume: authenticate, and the login makes the profile of the device that began', async () => {
    const { body: first } = await create({});
    const phone = await world.device('ref30-web', 'phone');
    const resumed = await phone.form(`/api/v2/REF30/sessions/${first['code']}`, completeForm);
    expect(resumed.body).toMatchObject({ actionName: 'authenticate', code: first['code'] });
    await world.logIn(resumed);
    expect((await tv.get('/api/v2/REF30/profiles')).body['profiles']).toHaveProperty('Cablevision');
    expect((await phone.get('/api/v2/REF30/profiles')).body['profiles']).toEqual({});
  });

  test.each(['create', 'resume'])('regular profile exists on %s: authorize, without a code', async (step) => {
    const open = await create();
    await world.logIn(open);
    const { body: begun } = await create({});
    const { body } = step === 'create' ? await create() : await resume(begun['code'], completeForm);
    expect(body).toEqual({
      actionName: 'authorize',
      actionType: 'direct',
      reasonType: 'authenticated',
      url: authorizeUrl,
      sessionId: expect.any(String),
      mvpd: 'Cablevision',
      serviceProvider: 'REF30',
    });
  });

  test('SSO profile exists: authorize, authenticatedSSO', async () => {
    const token = await world.serviceToken();
    await world.logIn(await create(completeForm, { 'ad-service-token': token }));
    const phone = await world.device('ref30-web', 'phone');
    const { body } = await phone.form('/api/v2/REF30/sessions', completeForm, { 'ad-service-token': token });
    expect(body).toMatchObject({
      actionName: 'authorize',
      reasonType: 'authenticatedSSO',
      url: authorizeUrl,
    });
    expect(body).not.toHaveProperty('code');
  });

  test.each(['create', 'resume'])('TempPass on %s: authorize, temporary', async (step) => {
    const form = { ...completeForm, mvpd: 'TempPass_TEST40' };
    const { body: begun } = await create({});
    const { body } = step === 'create' ? await create(form) : await resume(begun['code'], form);
    expect(body).toMatchObject({
      actionName: 'authorize',
      actionType: 'direct',
      reasonType: 'temporary',
      url: '/api/v2/REF30/decisions/authorize/TempPass_TEST40',
    });
    expect(body).not.toHaveProperty('code');
  });
});

describe('the life of a code', () => {
  test('status shows parameters, what is missing and the device, and changes nothing', async () => {
    const { body: begun } = await create({ domainName: 'adobe.com' });
    const { body } = await status(begun['code']);
    expect(body).toMatchObject({
      existingParameters: { domainName: 'adobe.com', serviceProvider: 'REF30' },
      missingParameters: ['mvpd', 'redirectUrl'],
      notBefore: begun['notBefore'],
      notAfter: begun['notAfter'],
      device: {
        type: 'SetTopBox',
        model: 'TV 5th Gen',
        version: { major: 5, minor: 1, patch: 0, profile: '' },
        operatingSystem: { name: 'tvOS', version: { major: 11 } },
        connection: { ipAddress: '203.0.113.7', port: '53124', type: 'WiFi' },
      },
    });
    expect((await status(begun['code'])).body).toEqual(body);
  });

  test('status describes a device without X-Device-Info by its User-Agent', async () => {
    const { 'x-device-info': _, ...headers } = tv.headers;
    const userAgent =
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
    const begun = await world.postForm('/api/v2/REF30/sessions', {}, { ...headers, 'user-agent': userAgent });
    const version = { minor: 0, patch: 0, profile: '' };
    expect((await status(begun.body['code'])).body['device']).toMatchObject({
      type: 'Desktop',
      model: null,
      hardware: { vendor: 'Apple', manufacturer: 'Apple' },
      operatingSystem: {
        name: 'macOS',
        family: 'macOS',
        vendor: 'Apple',
        version: { major: 10, minor: 15, patch: 7, profile: '' },
      },
      browser: {
        name: 'Chrome',
        vendor: 'Google',
        version: { ...version, major: 140 },
        userAgent,
        originalUserAgent: userAgent,
      },
    });
  });

  test('what a device says about itself prevails over its User-Agent', async () => {
    const begun = await create({}, { 'user-agent': 'Roku/DVP-14.5 (14.5.0.4236-88)' });
    expect((await status(begun.body['code'])).body['device']).toMatchObject({
      model: 'TV 5th Gen',
      operatingSystem: { name: 'tvOS', version: { major: 11 } },
    });
  });

  test('before the login the code shows no profile, after it a regular one', async () => {
    const created = await create();
    const code = created.body['code'];
    expect((await profileOf(code)).body).toEqual({ profiles: {} });
    const last = await world.logIn(created);
    expect(last.headers.location).toBe(redirectUrl);
    const now = world.clock.now();
    expect((await profileOf(code)).body).toEqual({
      profiles: {
        Cablevision: {
          notBefore: now,
          notAfter: now + 30 * 86_400_000,
          issuer: 'Cablevision',
          type: 'regular',
          attributes: {
            userID: { value: 'Q2FibGV2aXNpb246YW5h', state: 'plain' },
            householdID: { value: 'Q2FibGV2aXNpb246aG91c2Vob2xkLW9mLWFuYQ==', state: 'plain' },
            zip: { value: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/), state: 'enc' },
            maxRating: { value: { VCHIP: 'tv-ma', MPAA: 'nc-17' }, state: 'plain' },
            hba_status: { value: 'false', state: 'plain' },
          },
        },
      },
    });
  });

  test('a newer code of the same device and credentials ends the older one', async () => {
    const { body: old } = await create();
    await create();
    for (const reply of [
      await status(old['code']),
      await resume(old['code'], {}),
      await profileOf(old['code']),
    ])
      expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_authentication_session' } });
    expect((await world.adobe(String(old['url']))).status).toBe(400);
  });

  test('a code of another device or of other credentials stays', async () => {
    const { body: begun } = await create();
    const sameDevice = await world.device('ref30-tv', 'ref30-tv');
    const otherDevice = await world.device('ref30-tv', 'bedroom');
    for (const other of [sameDevice, otherDevice]) await other.form('/api/v2/REF30/sessions', completeForm);
    expect((await status(begun['code'])).status).toBe(200);
  });

  test('a code ends after thirty minutes', async () => {
    const { body } = await create();
    await world.clock.advance(1_799_999);
    expect((await status(body['code'])).status).toBe(200);
    await world.clock.advance(1);
    expect((await status(body['code'])).body).toMatchObject({ code: 'invalid_authentication_session' });
  });

  test('a code belongs to its service provider', async () => {
    const { body } = await create();
    const phone = await world.device('ref40-phone');
    const reply = await phone.get(`/api/v2/REF40/sessions/${body['code']}`);
    expect(reply.body).toMatchObject({ code: 'invalid_authentication_session' });
  });
});

describe('whose a regular profile is', () => {
  test('it is bound to device, credentials and service provider, and ends with its time', async () => {
    await world.logIn(await create());
    const seen = async (device: Device, sp = 'REF30') =>
      (await device.get(`/api/v2/${sp}/profiles`)).body['profiles'];
    expect(await seen(tv)).toHaveProperty('Cablevision');
    expect(await seen(await world.device('ref30-tv', 'ref30-tv'))).toEqual({});
    const elsewhere = await tv.get('/api/v2/REF30/profiles', {
      'ap-device-identifier': 'fingerprint YmVkcm9vbQ==',
    });
    expect(elsewhere.body['profiles']).toEqual({});
    await world.clock.advance(30 * 86_400_000);
    const bearer = await world.bearerOf(await world.register('ref30-tv'));
    expect(
      (await tv.get('/api/v2/REF30/profiles', { authorization: `Bearer ${bearer}` })).body['profiles'],
    ).toEqual({});
  });
});
