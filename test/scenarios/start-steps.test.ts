import { approveDevice } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import {
  adobeWas,
  askStart,
  clientOf,
  landing,
  logInAt,
  startOn,
  stepOf,
  useTokens,
} from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const wish = { mvpd: 'Cablevision', ...landing };

/** A TV whose code Ana has approved. */
const approvedTv = async (t: TestWorld) => {
  const tv = t.device('tv');
  const { device_code = '', qr } = stepOf(await startOn(tv, clientOf(tv)), 'sign-in');
  await approveDevice(t.browser(), String(qr), { provider: 'dtc', user: t.user('ana') });
  return { tv, question: { ...clientOf(tv), device_code } };
};

/** Adobe's answer to the next reads of profiles. */
const profilesAre = (t: TestWorld, profiles: Record<string, { type: string; notAfter: number }>) => {
  const whole = Object.entries(profiles).map(([mvpd, profile]) => [
    mvpd,
    { ...profile, notBefore: 0, issuer: mvpd, attributes: {} },
  ]);
  const body = JSON.stringify({ profiles: Object.fromEntries(whole) });
  return t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'body', body } });
};

describe('the tokens of a device', () => {
  test('come again to whoever lost them, until they are used', async () => {
    await using t = await startGateway();
    const { tv, question } = await approvedTv(t);
    const first = await startOn(tv, question);
    const second = await startOn(tv, question);
    expect(second.tokens?.access_token).toBe(first.tokens?.access_token);
    useTokens(tv, second);
    expect(stepOf(await startOn(tv, wish), 'authenticate').mvpd).toBe('Cablevision');

    // Whoever brings the code now is not the device.
    const thief = await startOn(t.device('tv', { id: 'thief' }), question);
    expect(thief).toMatchObject({ viewer: null, next: { step: 'sign-in', reason: 'expired' } });
    expect(thief.tokens).toBeUndefined();
    expect((await askStart(tv)).status).toBe(401);
  });

  test('come to one of many who ask at once, and to the others the same', async () => {
    await using t = await startGateway();
    const { tv, question } = await approvedTv(t);
    const answers = await Promise.all(Array.from({ length: 5 }, () => startOn(tv, question)));
    expect(new Set(answers.map(({ tokens }) => tokens?.access_token)).size).toBe(1);
  });

  test('come although Adobe cannot be asked, with the reason', async () => {
    await using t = await startGateway();
    const { tv, question } = await approvedTv(t);
    await t.control.fault({ match: { party: 'adobe' }, fault: { kind: 'status', status: 503 } });
    const answer = await startOn(tv, question);
    expect(answer).toMatchObject({
      viewer: { sub: expect.any(String) },
      tokens: { access_token: expect.any(String) },
      next: null,
      error: { status: expect.any(Number), action: expect.any(String) },
    });
    await t.control.clearFaults();
    useTokens(tv, answer);
    expect(stepOf(await startOn(tv, wish), 'authenticate').mvpd).toBe('Cablevision');
  });

  test('do not come to another device', async () => {
    await using t = await startGateway();
    const { tv, question } = await approvedTv(t);
    const other = await askStart(t.device('tv', { id: 'another' }), question);
    expect(other.status).toBe(403);
    expect(String(other.body['type'])).toMatch(/gateway_device_mismatch$/);
    expect((await startOn(tv, question)).tokens).toBeDefined();
  });

  test('do not come to another client', async () => {
    await using t = await startGateway();
    const { question } = await approvedTv(t);
    const app = t.device('tv', { app: 'ref40-phone' });
    const other = await startOn(app, { ...question, ...clientOf(app) });
    expect(other).toMatchObject({ viewer: null, next: { step: 'sign-in', reason: 'expired' } });
  });

  test('do not come after a denial: there is a new code', async () => {
    await using t = await startGateway();
    const tv = t.device('tv');
    const { device_code = '', qr, code } = stepOf(await startOn(tv, clientOf(tv)), 'sign-in');
    const denial = { provider: 'dtc', user: t.user('ana'), decision: 'Deny' } as const;
    await approveDevice(t.browser(), String(qr), denial);
    const answer = stepOf(await startOn(tv, { ...clientOf(tv), device_code }), 'sign-in');
    expect(answer.reason).toBe('denied');
    expect(answer.code).not.toBe(code);
  });
});

test('sign-ins begun by start count with those of /device/auth', async () => {
  await using t = await startGateway({ settings: { limits: { deviceAuthorizations: { count: 2 } } } });
  const tv = t.device('tv');
  await tv.signIn.requestDeviceCode();
  const { device_code = '' } = stepOf(await startOn(tv, clientOf(tv)), 'sign-in');
  const refused = await askStart(tv, clientOf(tv));
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String) } });
  // Whoever has a code keeps it.
  expect(stepOf(await startOn(tv, { ...clientOf(tv), device_code }), 'sign-in').device_code).toBe(
    device_code,
  );
});

test('a registered TV signs its viewer in as itself', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  expect(await startOn(tv)).toMatchObject({ viewer: null, next: { step: 'sign-in' } });
  expect(stepOf(await startOn(tv), 'sign-in').code).toBeUndefined();
});

describe('several profiles', () => {
  const notAfter = Date.now() + 3_600_000;

  test('that are alike: the viewer chooses among them', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    await profilesAre(t, {
      Cablevision: { type: 'regular', notAfter },
      Dish: { type: 'regular', notAfter },
      Spectrum: { type: 'regular', notAfter: notAfter - 1 },
    });
    const answer = await startOn(tv);
    expect(answer.profile).toBeUndefined();
    expect(answer.profiles?.map(({ mvpd }) => mvpd)).toEqual(['Cablevision', 'Dish']);
    const { providers } = stepOf(answer, 'choose-provider');
    expect(providers.map(({ id }) => id).sort()).toEqual(['Cablevision', 'Dish']);
    expect(await startOn(tv, { mvpd: 'Dish' })).toMatchObject({
      profile: { mvpd: 'Dish' },
      next: { step: 'play', mvpd: 'Dish' },
    });
  });

  test('of which one is best', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    await profilesAre(t, {
      Cablevision: { type: 'regular', notAfter },
      Dish: { type: 'serviceTokenSSO', notAfter: notAfter - 1 },
    });
    expect(await startOn(tv)).toMatchObject({ profile: { mvpd: 'Dish' } });
    expect(await startOn(tv, { mvpd: 'Cablevision' })).toMatchObject({ profile: { mvpd: 'Cablevision' } });
  });
});

describe('another provider', () => {
  test('can be chosen though there is a profile', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const { url } = stepOf(await startOn(tv, wish), 'authenticate');
    await logInAt(t, url, 'ana', 'Cablevision');
    expect(stepOf(await startOn(tv, { mvpd: 'Dish' }), 'play').mvpd).toBe('Cablevision');
    const { providers } = stepOf(await startOn(tv, { choose: true }), 'choose-provider');
    expect(providers.map(({ id }) => id)).toContain('Dish');
    const login = stepOf(await startOn(tv, { ...wish, choose: true, mvpd: 'Dish' }), 'authenticate');
    expect(login.mvpd).toBe('Dish');
    expect(stepOf(await startOn(tv, { choose: true, mvpd: 'Cablevision' }), 'play').mvpd).toBe('Cablevision');
  });

  test('is asked for where Adobe does not know the remembered one', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const { providers } = stepOf(await startOn(tv, { ...wish, mvpd: 'Gone' }), 'choose-provider');
    expect(providers.map(({ id }) => id)).toContain('Cablevision');
  });
});

describe('a trial', () => {
  const offering = (t: TestWorld) =>
    t.reconfigure({
      apps: (t.settings['apps'] as ConfigInput['apps']).map((app) => ({
        ...app,
        tempPass: 'TempPass_TEST40',
      })),
    });

  test('is offered to a viewer without a profile, who may choose a provider instead', async () => {
    await using t = await startGateway();
    await offering(t);
    const tv = await t.signIn(t.device('tv'), 'ana');
    expect(stepOf(await startOn(tv), 'temporary').mvpd).toBe('TempPass_TEST40');
    stepOf(await startOn(tv, { choose: true }), 'choose-provider');
    stepOf(await startOn(tv, wish), 'authenticate');
  });

  test('that has begun has an end, and is offered no more once that has come', async () => {
    await using t = await startGateway();
    await offering(t);
    const tv = await t.signIn(t.device('tv'), 'ana');
    await tv.authorize('TempPass_TEST40', ['REF30']);
    expect(stepOf(await startOn(tv), 'temporary').notAfter).toBeGreaterThan(Date.now());
    const over = { status: 403, code: 'temporary_access_duration_limit_exceeded', action: 'authentication' };
    const fault = { kind: 'status', status: 403, body: { ...over, message: 'x' } };
    await t.control.fault({ match: { operation: 'profiles.mvpd' }, fault });
    stepOf(await startOn(tv), 'choose-provider');
  });
});

test('after a logout nobody is sent to a code that was used', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { url, code } = stepOf(await startOn(tv, wish), 'authenticate');
  await logInAt(t, url, 'ana', 'Cablevision');
  await tv.profileByCode(code);
  await tv.logout('Cablevision', 'https://www.testadobe.com/');
  expect(stepOf(await startOn(tv, wish), 'authenticate').code).not.toBe(code);
});

test('calls to Adobe: profiles and session, then only the profiles', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await startOn(tv);
  const asked = async (question: Parameters<typeof startOn>[1]) =>
    (await adobeWas(t, () => startOn(tv, question))).asked;
  expect(await asked({})).toEqual(['profiles.all']);
  expect(await asked(wish)).toEqual(['profiles.all', 'sessions.create']);
  expect(await asked(wish)).toEqual(['profiles.all']);
});

test('what Adobe refuses is told by its code', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const body = JSON.stringify({ status: 500, code: 'internal_server_error', action: 'none', message: 'x' });
  const fault = { kind: 'status', status: 500, body };
  await t.control.fault({ match: { operation: 'profiles.all' }, fault });
  const answer = await askStart(tv);
  expect(answer.status).toBe(500);
  expect(answer.body).toMatchObject({ detail: 'Adobe answered internal_server_error' });
  expect(String(answer.body['type'])).toMatch(/gateway_adobe_refused$/);
});
