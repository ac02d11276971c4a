import { createHmac } from 'node:crypto';
import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createAdminClient } from '../support/admin.ts';
import { reachedAdobe } from '../support/answers.ts';
import { type ExternalIssuer, rsaPair, signed, startExternalIssuer } from '../support/external-issuer.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Two apps of one family, each of which may bring the service tokens of an identity service of its own. */
let t: TestWorld;
let first: ExternalIssuer;
let second: ExternalIssuer;
let tv: Device;
let viewer: Device;

const otherIssuer = 'https://other.programmer.example';

beforeAll(async () => {
  [first, second] = await Promise.all([
    startExternalIssuer({ now: systemClock.now }),
    startExternalIssuer({ now: systemClock.now }),
  ]);
  const issuers: Record<string, object> = {
    'ref30-tv': { issuer: first.issuer, keys: { jwks: first.jwks }, use: 'pass' },
    'ref30-web': { issuer: otherIssuer, keys: { jwks: second.jwks }, use: 'pass' },
  };
  t = await startGateway();
  await t.reconfigure({
    apps: t.simulator.fixtures.apps.map(
      ({ id, name, serviceProviders, redirectUris, softwareStatement }) => ({
        ...{ id, name, serviceProviders: [...serviceProviders], redirectUris: [...redirectUris] },
        ...{ softwareStatement, family: 'ref', externalServiceToken: issuers[id] },
      }),
    ),
  } as Parameters<TestWorld['reconfigure']>[0]);
  tv = t.device('tv');
  await tv.register();
  viewer = await t.signIn(t.device('phone'), 'ana');
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()]);
});
beforeEach(async () => {
  await t.control.clearRequests();
  first.site.reads = 0;
});

const bring = (token: string, path = '/REF30/profiles'): Promise<ApiAnswer> =>
  tv.call(path, { headers: { 'AD-Service-Token': token } });

const refusedAs = async (token: string): Promise<unknown> => {
  const { status, body } = await bring(token);
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
  return [status, body['code']];
};
const invalid = [401, 'gateway_external_token_invalid'];

describe('T1 a token cannot choose how it is verified', () => {
  const bent: [string, () => string][] = [
    ['alg none', () => first.bent({ header: { alg: 'none' } })],
    [
      'alg nOnE without a signature',
      () => `${first.bent({ header: { alg: 'nOnE' } }).replace(/[^.]*$/, '')}`,
    ],
    ['alg PS256', () => first.bent({ header: { alg: 'PS256' } })],
    ['a kid that is a path', () => first.bent({ header: { kid: '../../../dev/null' } })],
    ['crit', () => first.bent({ header: { crit: ['exp'], exp: 1 } })],
    ['b64', () => first.bent({ header: { b64: false, crit: ['b64'] } })],
    ['typ of an access token', () => first.bent({ header: { typ: 'at+jwt' } })],
    ['two subjects', () => first.bent({ body: '{"sub":"a","sub":"b"}' })],
    [
      'an infinite expiry',
      () => first.bent({ body: JSON.stringify(first.claims({ exp: 0 })).replace('"exp":0', '"exp":1e400') }),
    ],
    ['padding', () => `${first.token()}==`],
    [
      'unused signature bits',
      () => first.token().replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
    ],
  ];
  test.each(bent)('%s', async (_what, make) => {
    expect(await refusedAs(make())).toEqual(invalid);
  });

  test('and no address that it names is fetched', async () => {
    const { jwks } = second;
    second.site.reads = 0;
    for (const header of [{ jku: jwks }, { x5u: jwks }, { jku: jwks, jwk: second.site.keys[0] }]) {
      const token = signed({ alg: 'RS256', kid: 'ext-1', ...header }, first.claims(), second.pair.privateKey);
      expect(await refusedAs(token)).toEqual(invalid);
      const authorization = `Bearer ${token}`;
      expect((await tv.call('/REF30/profiles', { headers: { authorization } })).status).toBe(401);
      expect((await request({ url: `${t.origin}/me`, headers: { authorization } })).status).toBe(401);
      const hint = await request({ url: `${t.origin}/session/end?id_token_hint=${token}` });
      expect(hint.status).toBe(400);
    }
    expect(second.site.reads).toBe(0);
  });
});

describe('T4 the key of one issuer signs for no other', () => {
  test.each<[string, () => string]>([
    [
      "the other issuer's key",
      () => signed({ alg: 'RS256', kid: 'ext-1' }, first.claims(), second.pair.privateKey),
    ],
    [
      "the other issuer's key under its own kid",
      () => signed({ alg: 'RS256', kid: 'ext-2' }, first.claims(), second.pair.privateKey),
    ],
    ['the other issuer named, its own key', () => first.token({ iss: otherIssuer })],
    ['a sound token of the other issuer', () => second.token({ iss: otherIssuer })],
  ])('%s', async (_what, make) => {
    expect(await refusedAs(make())).toEqual(invalid);
  });

  test('the public key is no shared secret', async () => {
    const pem = String(first.pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const [, body] = first.token().split('.');
    for (const key of [pem, pem.trim(), JSON.stringify(first.site.keys[0])]) {
      const head = Buffer.from('{"alg":"HS256","kid":"ext-1","typ":"JWT"}').toString('base64url');
      const mac = createHmac('sha256', key).update(`${head}.${body}`).digest('base64url');
      expect(await refusedAs(`${head}.${body}.${mac}`)).toEqual(invalid);
    }
  });
});

test('T5 who the viewer is comes from the verified token, whatever else names somebody', async () => {
  await viewer.profiles();
  const [own] = reachedAdobe(await t.control.requests()).flatMap(({ serviceToken }) => serviceToken ?? []);
  await t.control.clearRequests();
  const ben = Buffer.from('{"sub":"ben"}').toString('base64url');
  const headers = {
    'x-sso-id': 'ben',
    'adobe-subject-token': `a.${ben}.b`,
    'ad-service-token': `a.${ben}.b`,
  };
  await viewer.call('/REF40/profiles/Dish?sub=ben&viewer=ben', { headers });
  await viewer.call('/REF40/decisions/authorize/Cablevision', {
    method: 'POST',
    headers,
    json: { resources: ['REF30'], sub: 'ben', viewer: 'ben' },
  });
  const sent = reachedAdobe(await t.control.requests());
  expect(sent.length).toBeGreaterThan(0);
  for (const { serviceToken } of sent) expect(serviceToken?.claims?.['sub']).toBe(own?.claims?.['sub']);
  expect(JSON.stringify(sent.map(({ body }) => body))).not.toContain('ben');
});

test('T6 an unsigned token that names a trusted issuer changes nothing and costs no look at its keys', async () => {
  const unsigned = first.bent({ header: { alg: 'none' }, body: first.claims({ sub: 'nobody-yet' }) });
  for (const token of [unsigned, unsigned.replace(/[^.]*$/, '')])
    expect(await refusedAs(token)).toEqual(invalid);
  const stranger = first.bent({
    header: { alg: 'none' },
    body: first.claims({ iss: 'https://nobody.example' }),
  });
  const answers = await Promise.all([bring(unsigned), bring(stranger)]);
  const [known, unknown] = answers.map(({ status, body: { trace: _, ...body } }) => ({ status, body }));
  expect(known).toEqual(unknown);
  expect(first.site.reads).toBe(0);
});

describe('T7 a credential in another spelling is another credential', () => {
  /** Shorter by 1 to 64, longer by one, in the other case. */
  const spellings = (secret: string): string[] =>
    [
      ...[1, 2, 3, 4, 8, 16, 32, 64].map((cut) => secret.slice(0, -cut)),
      ...['A', '=', '.', '~'].map((more) => secret + more),
      ...[secret.toUpperCase(), secret.toLowerCase(), ` ${secret}`, `${secret} `],
    ].filter((other) => other !== '' && other !== secret);
  const post = (path: string, form: Record<string, string>) =>
    request({ method: 'POST', url: t.origin + path, form });

  test('bearers', async () => {
    for (const device of [tv, viewer]) {
      const path = `/${device.serviceProvider}/profiles`;
      for (const token of spellings(device.tokens?.accessToken ?? '').map((text) => text.trim())) {
        if (token === device.tokens?.accessToken) continue;
        expect((await device.call(path, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
      }
      expect((await device.call(path)).status).toBe(200);
    }
  });

  test('refresh tokens', async () => {
    const refreshToken = viewer.tokens?.refreshToken ?? '';
    const grant = { grant_type: 'refresh_token', client_id: viewer.app.id };
    for (const token of spellings(refreshToken))
      expect((await post('/token', { ...grant, refresh_token: token })).body).toMatchObject({
        error: 'invalid_grant',
      });
    viewer.use(await viewer.signIn.refresh(refreshToken));
  });

  test('device codes', async () => {
    const { deviceCode } = await t.device('tv', { id: 'seventh' }).signIn.requestDeviceCode();
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'ref30-tv' };
    for (const code of spellings(deviceCode))
      expect((await post('/token', { ...grant, device_code: code })).body).toMatchObject({
        error: 'invalid_grant',
      });
    expect((await post('/token', { ...grant, device_code: deviceCode })).body).toMatchObject({
      error: 'authorization_pending',
    });
  });

  test('authorization codes', async () => {
    const phone = t.device('phone', { id: 'seventh' });
    const authorization = await phone.signIn.authorize();
    const browser = t.browser();
    await browser.open(authorization.url);
    await browser.submit({ button: 'Continue with DTC' });
    const landed = await browser.submit({ fill: { username: 'ana', password: t.user('ana').password } });
    const code = landed.url.searchParams.get('code') ?? '';
    expect(code).not.toBe('');
    for (const other of spellings(code)) {
      const url = new URL(landed.url);
      url.searchParams.set('code', other);
      await expect(authorization.redeem(url)).rejects.toThrow(/invalid|grant/);
    }
    expect((await authorization.redeem(landed.url)).accessToken).toBeTruthy();
  });

  test('client secrets', async () => {
    const { body } = await request({
      method: 'POST',
      url: `${t.origin}/o/client/register`,
      headers: tv.headers,
      json: { software_statement: tv.app.softwareStatement },
    });
    const [id, secret] = [String(body['client_id']), String(body['client_secret'])];
    const form = { client_id: id, grant_type: 'client_credentials' };
    for (const other of spellings(secret))
      expect((await post('/o/client/token', { ...form, client_secret: other })).status).toBe(400);
    expect((await post('/o/client/token', { ...form, client_secret: secret })).status).toBeLessThan(300);
  });
});

test('T8 tokens of one kind are none of another', async () => {
  await viewer.profiles();
  const minted = String(reachedAdobe(await t.control.requests()).at(-1)?.headers['ad-service-token']);
  const idToken = await t.control.idToken('dtc', { user: 'ana' });
  const external = first.token();
  const [access, refresh, client] = [
    viewer.tokens?.accessToken ?? '',
    viewer.tokens?.refreshToken ?? '',
    tv.tokens?.accessToken ?? '',
  ];
  await t.control.clearRequests();
  for (const token of [minted, idToken, external, refresh])
    expect((await tv.call('/REF30/profiles', { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      401,
    );
  for (const token of [minted, idToken, access, refresh, client])
    expect(await refusedAs(token)).toEqual(invalid);
  for (const token of [minted, idToken, external, refresh, client])
    expect(
      (await request({ url: `${t.origin}/me`, headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(401);
  for (const token of [idToken, external, access, client]) {
    const { body } = await createAdminClient(t.adminOrigin).introspect(token);
    expect(body).toMatchObject({ active: false });
  }
});

describe('T9 expired and forged', () => {
  const past = { iat: 1_700_000_000, exp: 1_700_000_600 };

  test('an expired token is said to be expired: there is no grace', async () => {
    const now = Math.floor(systemClock.now() / 1000);
    for (const times of [past, { iat: now - 60, exp: now - 1 }])
      expect(await refusedAs(first.token(times))).toEqual([401, 'gateway_external_token_expired']);
  });

  test('a forged one is forged, expired or not', async () => {
    for (const times of [past, {}])
      expect(await refusedAs(first.bent({ body: first.claims(times), key: rsaPair().privateKey }))).toEqual(
        invalid,
      );
  });
});

test('T12 unknown key ids cost two looks at the keys, and honest tokens pass meanwhile', async () => {
  const strangers = Array.from({ length: 300 }, (_, index) =>
    first.bent({ header: { kid: `kid-${index}` } }),
  );
  const answers = await Promise.all([...strangers.map((token) => bring(token)), bring(first.token())]);
  expect(answers.slice(0, -1).every(({ status }) => status === 401)).toBe(true);
  expect(answers.at(-1)?.status).toBe(200);
  expect(first.site.reads).toBeLessThanOrEqual(2);
});
