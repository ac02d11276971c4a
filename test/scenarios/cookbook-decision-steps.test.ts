/**
 * The phases after the authentication, as Adobe's server-to-server cookbook numbers their steps, with the gateway as the programmer's
 * service: preauthorization (5), authorization (6) and logout (7). Source: REST API V2, Cookbook (Server-to-Server).
 */
import type { RecordedRequest } from '@kinpass/simulator';
import { type Browser, createBrowser } from '@kinpass/simulator/browser';
import { type ApiAnswer, type Device, logInOnMvpdPage } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerTo, callOf, callsDuring, expectCallsOf } from '../support/adobe-calls.ts';
import { decisionsOf, profileTypes, verdicts } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const redirectUrl = 'https://www.testadobe.com/signed-in';

let t: TestWorld;
let laptop: Device;
let browser: Browser;
beforeAll(async () => {
  t = await startGateway();
  laptop = await t.signIn(t.device('laptop'), 'ana');
  browser = createBrowser({ address: laptop.address });
  await logIn(laptop, browser);
});
afterAll(() => t[Symbol.asyncDispose]());

/** Ana logs in at her TV provider, in a browser that stays open. */
const logIn = async (device: Device, window: Browser): Promise<void> => {
  const session = await device.createSession({
    mvpd: 'Cablevision',
    domainName: 'testadobe.com',
    redirectUrl,
  });
  await window.open(device.browserUrl(session));
  const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
  if (!subscription) throw new Error('Ana has no such subscription');
  await logInOnMvpdPage(window, subscription);
  expect(profileTypes(await device.profileByCode(String(session.body['code'])))).toEqual({
    Cablevision: 'regular',
  });
};

const resourcesOf = ({ body }: RecordedRequest) => JSON.parse(body ?? '');

describe('C, preauthorization', () => {
  test('5: decisions for a list of resources are asked with one call, for the device and the viewer', async () => {
    const { result, calls, asked } = await callsDuring(t, () =>
      laptop.preauthorize('Cablevision', ['REF30', 'news', 'sports']),
    );
    expect(asked).toEqual(['decisions.preauthorize']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    const call = callOf(calls, 'decisions.preauthorize');
    expect(call.path).toBe('/api/v2/REF30/decisions/preauthorize/Cablevision');
    expect(resourcesOf(call)).toEqual({ resources: ['REF30', 'news', 'sports'] });
    expect(result.body).toEqual(answerTo(call));
  });

  test('5: the app gets permits and denials, each denial with its reason, and no media token', async () => {
    const answer = await laptop.preauthorize('Cablevision', ['REF30', 'sports']);
    expect(verdicts(answer)).toEqual({ REF30: true, sports: 'preauthorization_denied_by_mvpd' });
    expect(decisionsOf(answer).every(({ token }) => token === undefined)).toBe(true);
  });

  test('5: permits are kept in memory, denials are asked again', async () => {
    const { result, asked } = await callsDuring(t, () => browse(['REF30', 'news']));
    expect(asked).toEqual([]);
    expect(result.body).toMatchObject({
      decisions: [
        { resource: 'REF30', decision: 'permit' },
        { resource: 'news', decision: 'permit' },
      ],
    });
    const denied = await callsDuring(t, () => browse(['sports']));
    expect(denied.asked).toEqual(['decisions.preauthorize']);
  });

  test('5: a list that is longer than MVPDs take is asked in parts, and told as one', async () => {
    const list = ['REF30', 'news', 'sports', 'REF40', 'apasstest1', 'other'];
    const { result, calls } = await callsDuring(t, () => browse(list));
    expect(
      (result.body['decisions'] as unknown as { resource: string }[]).map(({ resource }) => resource),
    ).toEqual(list);
    const parts = calls
      .filter(({ status }) => status === 200)
      .map((call) => resourcesOf(call).resources.length);
    expect(Math.max(...parts)).toBeLessThanOrEqual(5);
  });

  test('5: a denial is not repeated until it turns', async () => {
    const { asked } = await callsDuring(t, () => laptop.preauthorize('Cablevision', ['sports']));
    expect(asked).toEqual(['decisions.preauthorize']);
  });
});

describe('D, authorization', () => {
  test('6: the decision for one resource is asked of Adobe, and comes with a media token', async () => {
    const { result, calls, asked } = await callsDuring(t, () => laptop.authorize('Cablevision', ['REF30']));
    expect(asked).toEqual(['decisions.authorize']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    const call = callOf(calls, 'decisions.authorize');
    expect(call.path).toBe('/api/v2/REF30/decisions/authorize/Cablevision');
    expect(resourcesOf(call)).toEqual({ resources: ['REF30'] });
    expect(decisionsOf(result)).toMatchObject([
      { resource: 'REF30', authorized: true, token: { serializedToken: expect.any(String) } },
    ]);
  });

  test('6: a denial says why, once, without a token', async () => {
    const { result, asked } = await callsDuring(t, () => laptop.authorize('Cablevision', ['sports']));
    expect(asked).toEqual(['decisions.authorize']);
    expect(verdicts(result)).toEqual({ sports: 'authorization_denied_by_mvpd' });
    expect(decisionsOf(result)[0]).not.toHaveProperty('token');
  });

  test('6: the next play has a decision and a media token of its own: none is stored', async () => {
    const { result, calls } = await callsDuring(t, async () => [
      await laptop.authorize('Cablevision', ['REF30']),
      await laptop.authorize('Cablevision', ['REF30']),
    ]);
    expect(calls.map(({ operation }) => operation)).toEqual(['decisions.authorize', 'decisions.authorize']);
    expect(result.map(({ body }) => body)).toEqual(calls.map(answerTo));
  });
});

describe('E, logout', () => {
  let logout: ApiAnswer;

  test('7: the gateway begins it as the app asks, with the token', async () => {
    const query = new URLSearchParams({ redirectUrl });
    const { result, calls, asked } = await callsDuring(t, () =>
      laptop.call(`/REF30/logout/Cablevision?${query}`),
    );
    logout = result;
    expect(asked).toEqual(['logout']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect(callOf(calls, 'logout').path).toBe('/api/v2/REF30/logout/Cablevision');
  });

  test('7: what it stored about the viewer goes: the next read is made at Adobe, and finds nothing', async () => {
    const { result, asked } = await callsDuring(t, () => laptop.profiles());
    expect(asked).toEqual(['profiles.all']);
    expect(profileTypes(result)).toEqual({});
    const after = await callsDuring(t, () => browse(['REF30']));
    expect(after.asked).toEqual(['decisions.preauthorize']);
  });

  test('7, scenario 1: it is interactive, and the app opens the url, which ends the session at the MVPD', async () => {
    expect(actionIn(logout)).toMatchObject({ actionName: 'logout', actionType: 'interactive' });
    expect(sessionAt(browser)).toBe(true);
    const landed = await browser.open(String(actionIn(logout)['url']));
    expect(landed.url.href).toBe(redirectUrl);
    expect(sessionAt(browser)).toBe(false);
  });

  test('7, scenario 2: a TV without a browser stops there: its profile has ended all the same', async () => {
    const tv = await t.signIn(t.device('tv'), 'ana');
    await logIn(tv, t.browser());
    const { body } = await tv.send('/v1/sp/REF30/logout', {
      method: 'POST',
      json: { scope: 'mvpd', mvpd: 'Cablevision', redirectUrl, browser: false },
    });
    expect(body).toMatchObject({ complete: true, profiles: [{ status: 'ended', actionType: 'none' }] });
    expect(JSON.stringify(body)).not.toContain('http');
    expect(profileTypes(await tv.profiles())).toEqual({});
  });
});

const browse = (resources: string[]) =>
  laptop.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    json: { purpose: 'browse', mvpd: 'Cablevision', resources },
  });

const actionIn = ({ body }: ApiAnswer) =>
  (body['logouts'] as Record<string, Record<string, unknown>>)['Cablevision'] ?? {};

const sessionAt = (window: Browser): boolean =>
  window.cookies().some(({ name }) => name === 'mvpd_Cablevision');
