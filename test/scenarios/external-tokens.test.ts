import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultFixtures } from '@kinpass/simulator';
import { type ApiAnswer, type Device, request, signInAtMvpd } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { createAdminClient } from '../support/admin.ts';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { type ExternalIssuer, rsaPair, startExternalIssuer } from '../support/external-issuer.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

type Rules = NonNullable<ConfigInput['apps'][number]['externalServiceToken']>;
type Settings = Partial<Rules> & Pick<Rules, 'use'>;

/** A world in which `ref30-tv` may bring the service tokens of an identity service beside the gateway. */
const start = async (settings: Settings) => {
  const service = await startExternalIssuer({ now: systemClock.now, pair });
  onTestFinished(() => service[Symbol.asyncDispose]());
  const t = await startGateway({
    settings: {
      apps: defaultFixtures.apps.map(({ id, name, serviceProviders, redirectUris, softwareStatement }) => ({
        id,
        name,
        family: 'ref',
        serviceProviders: [...serviceProviders],
        softwareStatement,
        redirectUris: [...redirectUris],
        ...(id === 'ref30-tv' && {
          externalServiceToken: { issuer: service.issuer, keys: { jwks: service.jwks }, ...settings },
        }),
      })),
    },
  });
  onTestFinished(() => t[Symbol.asyncDispose]());
  t.simulator.trustServiceTokenKey({ ...(service.site.keys[0] as { kty: string }) });
  return { t, service };
};

const pair = rsaPair();

/** An app that registered and has nobody signed in. */
const anonymousTv = async (t: TestWorld, id?: string): Promise<Device> => {
  const tv = t.device('tv', id === undefined ? {} : { id });
  await tv.register();
  return tv;
};

const bringing = (device: Device, token: string, path = '/REF30/profiles'): Promise<ApiAnswer> =>
  device.call(path, { headers: { 'AD-Service-Token': token } });

/** Each of the six operations, with a token brought along. */
const sixBringing = (device: Device, token: string): Promise<ApiAnswer>[] => {
  const headers = { 'AD-Service-Token': token };
  const resources = { method: 'POST' as const, headers, json: { resources: ['REF30'] } };
  return [
    device.call('/REF30/sessions', {
      method: 'POST',
      headers,
      form: { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' },
    }),
    device.call('/REF30/profiles', { headers }),
    device.call('/REF30/profiles/Cablevision', { headers }),
    device.call('/REF30/decisions/preauthorize/Cablevision', resources),
    device.call('/REF30/decisions/authorize/Cablevision', resources),
    device.call('/REF30/logout/Cablevision?redirectUrl=https%3A%2F%2Fadobe.com', { headers }),
  ];
};

const tokensAtAdobe = async (t: TestWorld) =>
  reachedAdobe(await t.control.requests()).flatMap(({ operation, headers, serviceToken }) =>
    'ad-service-token' in headers
      ? [
          {
            operation,
            text: String(headers['ad-service-token']),
            claims: serviceToken?.claims ?? {},
            verified: serviceToken?.verified,
          },
        ]
      : [],
  );

describe('passed on', () => {
  test('a token that holds reaches Adobe unchanged, on six operations, without anybody signed in', async () => {
    const { t, service } = await start({ use: 'pass' });
    const tv = await anonymousTv(t);
    const token = service.token();
    await Promise.all(sixBringing(tv, token));
    await bringing(tv, token, '/REF30/configuration');
    const sent = await tokensAtAdobe(t);
    expect(sent.map(({ operation }) => operation).sort()).toEqual([
      'decisions.authorize',
      'decisions.preauthorize',
      'logout',
      'profiles.all',
      'profiles.mvpd',
      'sessions.create',
    ]);
    expect(sent.every(({ text, verified }) => text === token && verified)).toBe(true);
  });

  test('two viewers whom an app names on one device see nothing of each other', async () => {
    const { t, service } = await start({ use: 'pass' });
    const tv = await anonymousTv(t);
    const [ana, ben] = [service.token({ sub: 'ana' }), service.token({ sub: 'ben' })];
    const logIn = async (token: string) => {
      const session = await tv.call('/REF30/sessions', {
        method: 'POST',
        headers: { 'AD-Service-Token': token },
        form: {
          mvpd: 'Cablevision',
          domainName: 'testadobe.com',
          redirectUrl: 'https://www.testadobe.com/in',
        },
      });
      const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
      if (subscription) await signInAtMvpd(t.browser(tv.address), tv.browserUrl(session), subscription);
    };
    await logIn(ana);
    expect(profileTypes(await bringing(tv, ana))).toEqual({ Cablevision: 'regular' });
    expect(profileTypes(await bringing(tv, ben))).toEqual({});
    expect(profileTypes(await tv.profiles())).toEqual({});
  });
});

describe('exchanged', () => {
  test('ours goes out in its place, for the account that it names', async () => {
    const { t, service } = await start({ use: 'exchange' });
    const [tv, other] = [await anonymousTv(t), await anonymousTv(t, 'another-tv')];
    await bringing(tv, service.token());
    await bringing(other, service.token({ jti: 'two' }));
    await bringing(other, service.token({ sub: 'viewer-2' }));
    const [first, second, third] = (await tokensAtAdobe(t)).map(({ claims }) => claims);
    expect(first).toMatchObject({ iss: 'https://sso.ref.example', aud: 'adobe' });
    expect(first?.['sub']).not.toContain('viewer');
    expect(second?.['sub']).toBe(first?.['sub']);
    expect(third?.['sub']).not.toBe(first?.['sub']);
  });

  test('a token whose jti is revoked is refused; the next one is not', async () => {
    const { t, service } = await start({ use: 'exchange' });
    const tv = await anonymousTv(t);
    await bringing(tv, service.token());
    const admin = createAdminClient(t.adminOrigin);
    await admin.revoke({ kind: 'jti', id: 'one' });
    expect(await bringing(tv, service.token())).toMatchObject({
      status: 401,
      body: { code: 'gateway_external_token_invalid' },
    });
    expect((await bringing(tv, service.token({ jti: 'two' }))).status).toBe(200);
  });
});

describe('when a viewer is signed in as well', () => {
  test('the viewer goes before: their own token goes out', async () => {
    const { t, service } = await start({ use: 'pass' });
    const tv = await t.signIn(t.device('tv'), 'ana');
    await bringing(tv, service.token());
    const [sent] = await tokensAtAdobe(t);
    expect(sent?.claims['iss']).toBe('https://sso.ref.example');
  });

  test('the token goes before where the app is set so', async () => {
    const { t, service } = await start({ use: 'pass', overViewer: true });
    const tv = await t.signIn(t.device('tv'), 'ana');
    await bringing(tv, service.token());
    await tv.profiles();
    expect((await tokensAtAdobe(t)).map(({ claims }) => claims['iss'])).toEqual([
      service.issuer,
      'https://sso.ref.example',
    ]);
  });

  test('a bad token is refused all the same', async () => {
    const { t } = await start({ use: 'pass' });
    const tv = await t.signIn(t.device('tv'), 'ana');
    expect((await bringing(tv, 'a.b.c')).status).toBe(401);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });
});

describe('anything else is refused and reaches nobody', () => {
  const bent: [string, (service: ExternalIssuer) => string][] = [
    ['forged', (service) => service.bent({ key: rsaPair().privateKey })],
    ['expired', (service) => service.token({ iat: 1_700_000_000, exp: 1_700_000_060 })],
    ['of another issuer', (service) => service.token({ iss: 'https://evil.example' })],
    ['for somebody else', (service) => service.token({ aud: 'mallory' })],
    ['that names a key URL', (service) => service.bent({ header: { jku: service.jwks } })],
    ['with alg none', (service) => service.bent({ header: { alg: 'none' } })],
    ['spelled otherwise', (service) => `${service.token()}==`],
    ['that is no token', () => 'token'],
    ['that is empty', () => ''],
  ];
  test.each(bent)('a token %s', async (_what, make) => {
    const { t, service } = await start({ use: 'exchange' });
    const tv = await anonymousTv(t);
    for (const answer of await Promise.all(sixBringing(tv, make(service)))) {
      expect(answer.status).toBe(401);
      expect(answer.body['code']).toMatch(/^gateway_external_token_(invalid|expired)$/);
      expect(answer.headers['www-authenticate']).toBeDefined();
    }
    expect(await t.control.requests()).toEqual([]);
  });

  test('no token of another kind is taken for one, and one is taken for no other', async () => {
    const { t, service } = await start({ use: 'pass' });
    const signedIn = await t.signIn(t.device('phone'), 'ana');
    await signedIn.profiles();
    const [own] = await tokensAtAdobe(t);
    const idToken = await t.control.idToken('dtc', { user: 'ana' });
    const tv = await anonymousTv(t);
    await t.control.clearRequests();
    const others = [
      tv.tokens?.accessToken,
      signedIn.tokens?.accessToken,
      signedIn.tokens?.refreshToken,
      own?.text,
      idToken,
    ];
    for (const other of others) expect((await bringing(tv, String(other))).status).toBe(401);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);

    const token = service.token();
    const authorization = `Bearer ${token}`;
    expect((await tv.call('/REF30/profiles', { headers: { authorization } })).status).toBe(401);
    expect((await request({ url: `${t.origin}/me`, headers: { authorization } })).status).toBe(401);
    const form = { grant_type: 'refresh_token', refresh_token: token, client_id: 'ref30-tv' };
    expect((await request({ method: 'POST', url: `${t.origin}/token`, form })).status).toBe(400);
    expect((await createAdminClient(t.adminOrigin).introspect(token)).body).toMatchObject({ active: false });
    expect(await tokensAtAdobe(t)).toEqual([]);
  });

  test('an app that may bring none is not heard, as before', async () => {
    const { t, service } = await start({ use: 'pass' });
    const phone = t.device('phone');
    await phone.register();
    expect(
      (await phone.call('/REF40/profiles', { headers: { 'AD-Service-Token': service.token() } })).status,
    ).toBe(200);
    expect(await tokensAtAdobe(t)).toEqual([]);
  });
});

test('while the identity service gives no keys it is an outage: 503, and nothing reaches Adobe', async () => {
  const { t, service } = await start({ use: 'pass' });
  const tv = await anonymousTv(t);
  service.site.answer = { status: 500, body: '' };
  const answer = await bringing(tv, service.token());
  expect(answer).toMatchObject({
    status: 503,
    body: { code: 'gateway_external_keys_unavailable', action: 'retry' },
  });
  expect(answer.headers['retry-after']).toBe('5');
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
  expect((await tv.profiles()).status).toBe(200); // a plain device call needs no keys
});

test('keys may lie in a file, and a wrong file stops the start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-external-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'service.pem');
  writeFileSync(file, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  const { t, service } = await start({ use: 'pass', keys: { pem: [file] } });
  const tv = await anonymousTv(t);
  expect((await bringing(tv, service.token())).status).toBe(200);
  expect((await bringing(tv, service.bent({ header: { kid: undefined } }))).status).toBe(200);
  expect((await bringing(tv, service.bent({ key: rsaPair().privateKey }))).status).toBe(401);

  const wrong: [string, RegExp][] = [
    [String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })), /contains a private key/],
    [String(rsaPair(1024).publicKey.export({ type: 'spki', format: 'pem' })), /2048 to 8192 bits/],
    ['nonsense', /must contain exactly one public key/],
  ];
  for (const [text, hint] of wrong) {
    writeFileSync(file, text);
    const refused = start({ use: 'pass', keys: { pem: [file] } });
    await expect(refused).rejects.toMatchObject({
      code: 'keys_invalid',
      field: file,
      hint: expect.stringMatching(hint),
    });
  }
});
