import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultFixtures as fixtures } from '#src/default-fixtures';
import type { JsonObject } from '#src/lib/json';
import { completeForm, type Device, startWorld, stepwise, type World } from './world.ts';

let world: World;
let tv: Device;
let phone: Device;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  [tv, phone] = await Promise.all([world.device('ref30-tv'), world.device('ref40-phone')]);
});

const withToken = (token: string) => ({ 'ad-service-token': token });
const typesSeen = async (device: Device, sp: string, token?: string) => {
  const { body } = await device.get(`/api/v2/${sp}/profiles`, token === undefined ? {} : withToken(token));
  return Object.fromEntries(
    Object.entries(body['profiles'] ?? {}).map(([mvpd, profile]) => [
      mvpd,
      (profile as { type: string }).type,
    ]),
  );
};
const logInOnTv = async (token: string | undefined, form = completeForm) => {
  const created = await tv.form('/api/v2/REF30/sessions', form, token === undefined ? {} : withToken(token));
  await world.logIn(created);
  return created.body['code'];
};

describe('a login that began with a service token', () => {
  test('shows a regular profile to the poll of its code, which brings no token', async () => {
    const code = await logInOnTv(await world.serviceToken());
    const { body } = await tv.get(`/api/v2/REF30/profiles/code/${code}`);
    expect(body['profiles']).toMatchObject({ Cablevision: { type: 'regular' } });
  });

  test('shows serviceTokenSSO on another device, of another service provider, with the same validity', async () => {
    const token = await world.serviceToken();
    await logInOnTv(token);
    const { body: own } = await tv.get('/api/v2/REF30/profiles/Cablevision');
    await world.clock.advance(60_000);
    const { body: shared } = await phone.get('/api/v2/REF40/profiles/Cablevision', withToken(token));
    const { notBefore, notAfter } = Object.values(own['profiles'] as object)[0];
    expect(shared['profiles']).toMatchObject({
      Cablevision: { type: 'serviceTokenSSO', issuer: 'Cablevision', notBefore, notAfter },
    });
  });

  test("stands alongside the second device's own regular profiles", async () => {
    const token = await world.serviceToken();
    await logInOnTv(token);
    const created = await phone.form('/api/v2/REF40/sessions', { ...completeForm, mvpd: 'AdobeShibboleth' });
    await world.logIn(created);
    expect(await typesSeen(phone, 'REF40', token)).toEqual({
      Cablevision: 'serviceTokenSSO',
      AdobeShibboleth: 'regular',
    });
  });

  test('decides on the second device when the token comes along, and only then', async () => {
    const token = await world.serviceToken();
    await logInOnTv(token);
    for (const operation of ['preauthorize', 'authorize']) {
      const decide = async (headers: Record<string, string>) =>
        (
          await phone.json(
            `/api/v2/REF40/decisions/${operation}/Cablevision`,
            { resources: ['REF40'] },
            headers,
          )
        ).body;
      expect(await decide(withToken(token))).toMatchObject({ decisions: [{ authorized: true }] });
      expect(await decide({})).toMatchObject({
        decisions: [{ authorized: false, error: { code: 'authenticated_profile_missing' } }],
      });
    }
  });

  test('is found by a new token for the same subject', async () => {
    await logInOnTv(await world.serviceToken());
    await world.clock.advance(1_000);
    expect(await typesSeen(phone, 'REF40', await world.serviceToken('ana', { jti: 'two' }))).toHaveProperty(
      'Cablevision',
    );
  });

  test('keeps its subject when a second screen resumes it without a token', async () => {
    const token = await world.serviceToken();
    const { body } = await tv.form('/api/v2/REF30/sessions', {}, withToken(token));
    await world.logIn(await tv.form(`/api/v2/REF30/sessions/${body['code']}`, completeForm));
    expect(await typesSeen(phone, 'REF40', token)).toEqual({ Cablevision: 'serviceTokenSSO' });
  });

  test('stays out of service providers that the MVPD is not integrated with', async () => {
    await using own = await startWorld({
      fixtures: {
        ...fixtures,
        serviceProviders: fixtures.serviceProviders.map((sp) =>
          sp.id === 'REF40' ? { ...sp, mvpds: ['Dish'] } : sp,
        ),
      },
    });
    const [first, second] = [await own.device('ref30-tv'), await own.device('ref40-phone')];
    const token = await own.serviceToken();
    await own.logIn(await first.form('/api/v2/REF30/sessions', completeForm, withToken(token)), stepwise());
    expect(await typesSeen(second, 'REF40', token)).toEqual({});
  });
});

describe('what a service token does not do', () => {
  test('absent: only the device-bound profile applies', async () => {
    await logInOnTv(await world.serviceToken());
    expect(await typesSeen(tv, 'REF30')).toEqual({ Cablevision: 'regular' });
    expect(await typesSeen(phone, 'REF40')).toEqual({});
  });

  test("another subject's token shows no SSO profile, and leaves the device's own", async () => {
    await logInOnTv(await world.serviceToken('ana'));
    expect(await typesSeen(phone, 'REF40', await world.serviceToken('ben'))).toEqual({});
    expect(await typesSeen(tv, 'REF30', await world.serviceToken('ben'))).toEqual({ Cablevision: 'regular' });
  });

  test('the same subject of another issuer is somebody else', async () => {
    await logInOnTv(await world.serviceToken('ana'));
    expect(await typesSeen(phone, 'REF40', await world.serviceToken('ana', { iss: 'elsewhere' }))).toEqual(
      {},
    );
  });

  test('first sent after the login, it links nothing', async () => {
    await logInOnTv(undefined);
    const token = await world.serviceToken();
    expect(await typesSeen(tv, 'REF30', token)).toEqual({ Cablevision: 'regular' });
    expect(await typesSeen(phone, 'REF40', token)).toEqual({});
  });

  test('on operations that do not list it, it is recorded and nothing else', async () => {
    const token = await world.serviceToken();
    const { body } = await tv.form('/api/v2/REF30/sessions', {});
    const resumed = await tv.form(`/api/v2/REF30/sessions/${body['code']}`, completeForm, withToken(token));
    await world.logIn(resumed);
    expect(await typesSeen(phone, 'REF40', token)).toEqual({});
    const seen = (await world.requests()).find(({ operation }) => operation === 'sessions.resume');
    expect(seen?.serviceToken).toMatchObject({ verified: true, claims: { sub: 'ana' } });
  });
});

const now = () => Math.floor(world.clock.now() / 1000);
const strange = async () => (await generateKeyPair('RS256')).privateKey;
const symmetric = () =>
  new SignJWT({ iss: 'kinpass', sub: 'ana', aud: 'adobe', iat: now(), exp: now() + 60 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('a secret that is long enough for HS256'));

const without = (claim: 'exp' | 'iat' | 'sub') => async () => {
  const { [claim]: _, ...claims } = { iss: 'kinpass', sub: 'ana', aud: 'adobe', iat: now(), exp: now() + 60 };
  const { privateKey } = await world.programmer;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
};

const faults: [string, () => Promise<string>][] = [
  ['signed by another key', async () => world.serviceToken('ana', { key: await strange() })],
  ['expired', () => world.serviceToken('ana', { exp: now() - 1 })],
  ['issued in the future', () => world.serviceToken('ana', { iat: now() + 3_600, exp: now() + 7_200 })],
  ['for another audience', () => world.serviceToken('ana', { aud: 'somebody' })],
  ['in milliseconds', () => world.serviceToken('ana', { iat: now() * 1000, exp: now() * 2000 })],
  ['without expiry', without('exp')],
  ['without subject', without('sub')],
  ['without time of issue', without('iat')],
  ['with an empty subject', () => world.serviceToken('')],
  ['signed with HS256', symmetric],
  [
    'tampered with',
    async () => (await world.serviceToken('ben')).replace(/\.[^.]+\./, (part) => tampered(part)),
  ],
  ['cut short', async () => (await world.serviceToken()).slice(0, -20)],
  ['sent twice in one header', async () => `${await world.serviceToken()}, ${await world.serviceToken()}`],
  ['no token at all', async () => 'hello'],
];

const tampered = (part: string): string => {
  const claims = JSON.parse(Buffer.from(part.slice(1, -1), 'base64url').toString());
  return `.${Buffer.from(JSON.stringify({ ...claims, sub: 'ana' })).toString('base64url')}.`;
};

describe('a service token that does not hold', () => {
  test.each(faults)('%s: is ignored', async (_, make) => {
    await logInOnTv(await world.serviceToken());
    const token = await make();
    expect(await typesSeen(phone, 'REF40', token)).toEqual({});
    const last = (await world.requests()).at(-1);
    expect(last).toMatchObject({ status: 200, serviceToken: { verified: false } });
  });

  test('is refused where the switch says so', async () => {
    await using strict = await startWorld({ switches: { serviceTokenFault: 'reject' } });
    const device = await strict.device();
    for (const [, make] of faults) {
      const reply = await device.get('/api/v2/REF30/profiles', withToken(await make()));
      expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_header_service_token' } });
    }
  });

  test('is not even looked at where the operation does not list it', async () => {
    await using strict = await startWorld({ switches: { serviceTokenFault: 'reject' } });
    const device = await strict.device();
    const { body } = await device.form('/api/v2/REF30/sessions', {});
    for (const path of [`sessions/${body['code']}`, `profiles/code/${body['code']}`, 'configuration'])
      expect((await device.get(`/api/v2/REF30/${path}`, withToken('hello'))).status).toBe(200);
  });

  test('a key handed over for one issuer verifies no other', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    world.simulator.trustServiceTokenKey({ ...(await exportJWK(publicKey)) } as JsonObject, 'brand');
    const verified = async (iss: string) => {
      await typesSeen(phone, 'REF40', await world.serviceToken('ana', { iss, key: privateKey }));
      return (await world.requests()).at(-1)?.serviceToken?.verified;
    };
    expect(await verified('brand')).toBe(true);
    expect(await verified('kinpass')).toBe(false);
  });
});
