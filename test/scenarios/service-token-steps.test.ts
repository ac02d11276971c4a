/**
 * Authentication by single sign-on with a service token, step by step as Adobe numbers it, by apps that only call `start`.
 * Source: REST API V2, Single sign-on, Service token, Flows.
 */
import type { RecordedRequest } from '@kinpass/simulator';
import type { Browser } from '@kinpass/simulator/browser';
import { type Device, signInAtMvpd, signInWith } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerTo, callOf, callsDuring, claimsIn, expectCallsOf, formOf } from '../support/adobe-calls.ts';
import { type Answer, clientOf, landing, startOn, stepOf, useTokens } from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const wish = { mvpd: 'Cablevision', ...landing };
const epochSeconds = () => Math.floor(Date.now() / 1_000);

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

/** Signed, in force, and about a person whom only the identity service knows. */
const expectToken = (call: RecordedRequest): void => {
  expect(call.serviceToken?.verified).toBe(true);
  expect(claimsIn(call)).toMatchObject({ iss: 'https://sso.ref.example', sub: expect.any(String) });
  expect(Number(claimsIn(call)['iat'])).toBeLessThanOrEqual(epochSeconds());
  expect(Number(claimsIn(call)['exp'])).toBeGreaterThan(epochSeconds());
};

const subscription = () => {
  const found = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
  if (!found) throw new Error('Ana has no such subscription');
  return found;
};

const decide = (device: Device, resource: string) =>
  device.send(`/v1/sp/${device.serviceProvider}/decisions`, {
    method: 'POST',
    json: { purpose: 'play', mvpd: 'Cablevision', resources: [resource] },
  });

/** Whom the tokens of the first app name: those of the second must name the same. */
let subject: unknown;

describe('the first app, on a TV', () => {
  let tv: Device;
  let phone: Browser;
  let signIn: Extract<NonNullable<Answer['next']>, { step: 'sign-in' }>;
  let session: RecordedRequest;
  let held: Promise<Answer>;
  let landed: URL;
  beforeAll(() => {
    tv = t.device('tv');
    phone = t.browser();
  });

  test('1: the viewer signs in with the identity service, of which Adobe hears nothing', async () => {
    const { asked } = await callsDuring(t, async () => {
      signIn = stepOf(await startOn(tv, clientOf(tv)), 'sign-in');
      await phone.open(String(signIn.qr));
      await phone.submit({ button: 'Continue' });
      await signInWith(phone, 'dtc', t.user('ana'));
    });
    expect(asked).toEqual([]);
  });

  test('2: there is a signed token that names the viewer, which the gateway keeps to itself', async () => {
    const { result, calls } = await callsDuring(t, async () => {
      await phone.submit({ button: 'Approve' });
      return startOn(tv, { ...clientOf(tv), device_code: String(signIn.device_code) });
    });
    stepOf(result, 'choose-provider');
    useTokens(tv, result);
    expectCallsOf(tv, calls, { isSignedIn: true });
    const profiles = callOf(calls, 'profiles.all');
    expectToken(profiles);
    subject = claimsIn(profiles)['sub'];
    expect(JSON.stringify(result)).not.toContain(String(profiles.headers['ad-service-token']));
    expect(JSON.stringify(result)).not.toContain(String(subject));
  });

  test('3: a session is created with all that Adobe requires, and the token', async () => {
    const { result, calls, asked } = await callsDuring(t, () => startOn(tv, wish));
    expect(asked).toEqual(['profiles.all', 'sessions.create']);
    session = callOf(calls, 'sessions.create');
    expectCallsOf(tv, calls, { isSignedIn: true });
    expectToken(session);
    expect(claimsIn(session)['sub']).toBe(subject);
    expect(session.path).toBe('/api/v2/REF30/sessions');
    expect(formOf(session)).toEqual({ ...wish, domainName: 'testadobe.com' });
    expect(stepOf(result, 'authenticate').mvpd).toBe('Cablevision');
  });

  test('4: what to do next is said by Adobe, and passed on', async () => {
    const answered = answerTo(session) as Record<string, unknown>;
    expect(answered).toMatchObject({ actionName: 'authenticate', actionType: 'interactive' });
    const { result, asked } = await callsDuring(t, () => startOn(tv, wish));
    expect(asked).toEqual(['profiles.all']);
    expect(stepOf(result, 'authenticate')).toMatchObject({
      code: answered['code'],
      url: `${t.origin}${answered['url']}`,
      notAfter: Number(answered['notAfter']),
    });
  });

  test('5: a browser opens the address, and is led to the TV provider', async () => {
    const { url } = stepOf(await startOn(tv, wish), 'authenticate');
    held = startOn(tv, wish, { prefer: 'wait=60' });
    const before = phone.visited.length;
    landed = (await signInAtMvpd(phone, url, subscription())).url;
    const origins = phone.visited.slice(before).map(({ origin }) => origin);
    expect([...new Set(origins)].slice(0, 3)).toEqual([
      t.origin,
      t.simulator.origins.adobe,
      t.simulator.origins.mvpd,
    ]);
  });

  test('6: after the login there the browser lands where the app said', () => {
    expect(landed.href).toBe(wish.redirectUrl);
  });

  test('7: the profile of the code is asked for, while the app only waits', async () => {
    await held;
    const polls = (await t.control.requests()).filter(({ operation }) => operation === 'profiles.code');
    expect(polls.length).toBeGreaterThan(0);
    for (const poll of polls) {
      expect(poll.path).toBe(`/api/v2/REF30/profiles/code/${(answerTo(session) as { code: string }).code}`);
      expect(poll.headers).not.toHaveProperty('ad-service-token');
    }
    expectCallsOf(tv, polls, { isSignedIn: true });
  });

  test('8: Adobe finds the regular profile', async () => {
    const polls = (await t.control.requests()).filter(({ operation }) => operation === 'profiles.code');
    expect(polls.map(answerTo).at(-1)).toMatchObject({ profiles: { Cablevision: { type: 'regular' } } });
  });

  test('9: the app is told of it', async () => {
    expect(await held).toMatchObject({
      profile: { mvpd: 'Cablevision', type: 'regular', issuer: 'Cablevision', attributes: expect.anything() },
      next: { step: 'play', mvpd: 'Cablevision' },
    });
  });

  test('10: decisions follow, with the token', async () => {
    const { result, calls, asked } = await callsDuring(t, () => decide(tv, 'REF30'));
    expect(asked).toEqual(['decisions.authorize']);
    expectCallsOf(tv, calls, { isSignedIn: true });
    expect(claimsIn(callOf(calls, 'decisions.authorize'))['sub']).toBe(subject);
    expect(result.body).toMatchObject({
      decisions: [{ resource: 'REF30', decision: 'permit', mediaToken: { notAfter: expect.any(Number) } }],
    });
  });
});

describe('the second app, of another service provider, on a phone', () => {
  let phone: Device;
  let found: RecordedRequest;
  let told: Answer;
  beforeAll(() => {
    phone = t.device('phone');
  });

  test('11: the same viewer signs in, here with Google, of which Adobe hears nothing', async () => {
    const { result, asked } = await callsDuring(t, async () => {
      const first = await startOn(phone, clientOf(phone));
      await t.signIn(phone, 'ana', 'google');
      return first;
    });
    expect(result).toMatchObject({ viewer: null, next: { step: 'sign-in' } });
    expect(asked).toEqual([]);
  });

  test('12: there is a token that names the same viewer', async () => {
    const { result, calls, asked } = await callsDuring(t, () => startOn(phone));
    told = result;
    expect(asked).toEqual(['dcr.register', 'dcr.token', 'profiles.all']);
    found = callOf(calls, 'profiles.all');
    expectToken(found);
    expect(claimsIn(found)['sub']).toBe(subject);
  });

  test('13: all profiles are asked for, with the token, and nothing else is', () => {
    expect(found.path).toBe('/api/v2/REF40/profiles');
    expectCallsOf(phone, [found], { isSignedIn: true });
  });

  test('14: Adobe finds a profile by single sign-on', () => {
    expect(answerTo(found)).toMatchObject({ profiles: { Cablevision: { type: 'serviceTokenSSO' } } });
  });

  test('15: the app is told of it', () => {
    expect(told).toMatchObject({
      viewer: { sub: expect.any(String) },
      profile: { mvpd: 'Cablevision', type: 'serviceTokenSSO' },
      next: { step: 'play', mvpd: 'Cablevision' },
    });
  });

  test('16: decisions follow, with the token', async () => {
    const { result, calls, asked } = await callsDuring(t, () => decide(phone, 'REF40'));
    expect(asked).toEqual(['decisions.authorize']);
    expectCallsOf(phone, calls, { isSignedIn: true });
    expect(claimsIn(callOf(calls, 'decisions.authorize'))['sub']).toBe(subject);
    expect(result.body).toMatchObject({ decisions: [{ resource: 'REF40', decision: 'permit' }] });
  });
});
