/** Apps whose token had expired were told to register again. Those that did so lost their profile at the TV provider. */
import { defaultFixtures } from '@kinpass/simulator';
import type { ApiAnswer, Device } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const hour = 3_600_000;
const lifetimes = { pollingInterval: '0s', accessTokenLifetime: '1h', clientTokenLifetime: '1h' };

const told = ({ status, body, headers }: ApiAnswer) => [
  status,
  body['code'],
  body['action'],
  headers['www-authenticate'],
];

const elsewhere = { 'ap-device-identifier': `fingerprint ${Buffer.from('elsewhere').toString('base64')}` };
const profilesAt = (tv: Device, headers: Record<string, string>) => tv.call('/REF30/profiles', { headers });

const challenge = 'Bearer error="invalid_token"';

/** A gateway, its clock, and a TV without a viewer that has called once. */
const begin = async (settings = {}): Promise<TestWorld & { later(): Promise<void>; tv: Device }> => {
  const clock = createManualClock();
  const t = await startGateway({
    settings: { signIn: lifetimes, ...settings },
    overrides: { clock },
    worldClock: clock,
  });
  const tv = t.device('tv');
  await tv.register();
  return { ...t, tv, later: () => clock.leap(hour + 1) };
};

describe('an access token that has expired', () => {
  test('of a registered client is to be requested again', async () => {
    await using t = await begin();
    expect((await t.tv.profiles()).status).toBe(200);
    await t.later();
    expect(told(await t.tv.profiles())).toEqual([401, 'gateway_access_token_expired', 'retry', challenge]);
  });

  test('of a viewer is to be renewed by a sign-in', async () => {
    await using t = await begin();
    const tv = await t.signIn(t.device('tv', { id: 'other' }), 'ana');
    await t.later();
    const expired = [401, 'gateway_access_token_expired', 'authentication', challenge];
    expect(told(await tv.profiles())).toEqual(expired);
  });

  test('or was revoked, likewise', async () => {
    await using t = await begin();
    const tv = await t.signIn(t.device('tv', { id: 'other' }), 'ana');
    const { tokens } = tv;
    await tv.signOut();
    tv.use(tokens);
    const [status, code, action] = told(await tv.profiles());
    expect([status, code, action]).toEqual([401, 'gateway_access_token_expired', 'authentication']);
  });
});

test('only a client that is not known is to register', async () => {
  await using t = await begin();
  const junk = await profilesAt(t.tv, { authorization: 'Bearer junk' });
  expect(told(junk)).toEqual([401, 'gateway_access_token_invalid', 'application-registration', challenge]);
  const missing = await profilesAt(t.tv, { authorization: '' });
  expect(told(missing)).toEqual([401, 'gateway_access_token_missing', 'retry', 'Bearer']);

  const apps = defaultFixtures.apps
    .filter(({ id }) => id !== 'ref30-tv')
    .map(({ redirectUris, serviceProviders, ...app }) => ({
      ...app,
      family: 'ref',
      redirectUris: [...redirectUris],
      serviceProviders: [...serviceProviders],
    }));
  await t.reconfigure({ apps });
  const gone = [401, 'invalid_access_token_client_application', 'application-registration', challenge];
  expect(told(await t.tv.profiles())).toEqual(gone);
});

describe('another device identifier', () => {
  const mismatch = (action: string) => [403, 'gateway_device_mismatch', action, undefined];

  test('of a registered client needs a registration of its own', async () => {
    await using t = await begin();
    await t.tv.profiles();
    expect(told(await profilesAt(t.tv, elsewhere))).toEqual(mismatch('application-registration'));
  });

  test('of a viewer needs a sign-in', async () => {
    await using t = await begin();
    const tv = await t.signIn(t.device('tv', { id: 'other' }), 'ana');
    await tv.profiles();
    expect(told(await profilesAt(tv, elsewhere))).toEqual(mismatch('authentication'));
    await t.signIn(tv, 'ana');
    expect((await profilesAt(tv, elsewhere)).status).toBe(200);
  });

  test('of a viewer on a registered client needs a registration: the same client would have the same device', async () => {
    await using t = await begin();
    const tv = await t.signIn(t.tv, 'ana');
    await tv.profiles();
    expect(told(await profilesAt(tv, elsewhere))).toEqual(mismatch('application-registration'));
  });

  test('costs a viewer who obeys no profile, under either identifier', async () => {
    await using t = await begin();
    const tv = await t.signIn(t.tv, 'ana');
    await t.logInAtMvpd(tv, 'ana', 'Cablevision');
    const validity = async (headers: Record<string, string>) => {
      const { notBefore, notAfter } = Object(
        Object((await profilesAt(tv, headers)).body['profiles']).Cablevision,
      );
      return { notBefore, notAfter };
    };
    const regular = await validity({});
    expect(regular).toEqual({ notBefore: expect.any(Number), notAfter: expect.any(Number) });
    for (const headers of [elsewhere, {}]) {
      await tv.register();
      await t.signIn(tv, 'ana');
      expect(await validity(headers)).toEqual(regular);
    }
  });
});

const refusedByAdobe = { action: 'application-registration', code: 'invalid_access_token_service_provider' };

/** Adobe refuses the gateway's access token, the renewed one too. */
const refuse = (t: TestWorld) =>
  t.control.fault({
    match: { operation: 'profiles.all' },
    fault: { kind: 'status', status: 401, body: { ...refusedByAdobe, status: 401, message: 'No.' } },
  });

test("that Adobe refuses the gateway's own access token is no app's business", async () => {
  await using t = await begin();
  await refuse(t);
  expect(told(await t.tv.profiles())).toEqual([
    502,
    'gateway_adobe_unauthorized',
    'configuration',
    undefined,
  ]);
  const sent = reachedAdobe(await t.control.requests());
  expect(sent.filter(({ operation }) => operation === 'profiles.all')).toHaveLength(2);
  expect(sent.filter(({ operation }) => operation === 'dcr.register')).toHaveLength(1);
});

test("with Adobe's literal behavior, every 401 says so", async () => {
  await using t = await begin({ adobe: { accessTokenErrors: 'asDocumented' } });
  await refuse(t);
  expect(await t.tv.profiles()).toMatchObject({ status: 401, body: refusedByAdobe });
  const missing = await profilesAt(t.tv, { authorization: '' });
  expect(missing.body['action']).toBe('application-registration');
  await t.later();
  const expired = [401, 'gateway_access_token_expired', 'application-registration', challenge];
  expect(told(await t.tv.profiles())).toEqual(expired);
});
