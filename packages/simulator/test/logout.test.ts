import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from '#src/browser/browser';
import { completeForm, type Device, goOn, redirectUrl, startWorld, stepwise, type World } from './world.ts';

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

const logOut = (device: Device, mvpd: string, sp = 'REF30', headers: Record<string, string> = {}) =>
  device.get(`/api/v2/${sp}/logout/${mvpd}?redirectUrl=${encodeURIComponent(redirectUrl)}`, headers);
const profilesOf = async (device: Device, sp = 'REF30', headers = {}) =>
  (await device.get(`/api/v2/${sp}/profiles`, headers)).body['profiles'];
const logIn = async (mvpd: string, user: string, headers = {}, browser = stepwise()) =>
  world.logIn(await tv.form('/api/v2/REF30/sessions', { ...completeForm, mvpd }, headers), browser, user);

test('an MVPD with a logout endpoint: logout, interactive; the profile is gone at once', async () => {
  await logIn('Cablevision', 'ana');
  const { status, body } = await logOut(tv, 'Cablevision');
  expect(status).toBe(200);
  expect(body).toEqual({
    logouts: {
      Cablevision: {
        actionName: 'logout',
        actionType: 'interactive',
        mvpd: 'Cablevision',
        url: expect.stringContaining(`${world.origins.adobe}/adobe-services/logout?`),
      },
    },
  });
  expect(await profilesOf(tv)).toEqual({});
});

test("its url ends the browser's session at the MVPD and leads to redirectUrl", async () => {
  const browser = stepwise();
  const cookieNames = () => browser.cookies().map(({ name }) => name);
  await logIn('Cablevision', 'ana', {}, browser);
  expect(cookieNames()).toContain('mvpd_Cablevision');
  const { body } = await logOut(tv, 'Cablevision');
  let next = String((body['logouts'] as { Cablevision: { url: string } }).Cablevision.url);
  const visited: string[] = [];
  while (next !== redirectUrl) {
    const reply = await browser.open(next);
    visited.push(new URL(next).pathname);
    next = reply.headers.location ?? '';
  }
  expect(visited).toEqual([
    '/adobe-services/logout',
    '/Cablevision/saml/slo',
    '/sp/saml/LogoutServiceHTTPRedirectResponse',
  ]);
  expect(cookieNames()).not.toContain('mvpd_Cablevision');
});

describe('single logout that the MVPD initiates', () => {
  const signOutAtMvpd = async (browser: Browser) => {
    await browser.open(`${world.origins.mvpd}/Cablevision/logout`);
    let page = await browser.submit();
    while (page.status !== 200) page = await goOn(browser, page);
    return page;
  };

  test('ends the profiles of that login, and returns to the MVPD', async () => {
    const token = { 'ad-service-token': await world.serviceToken() };
    const browser = stepwise();
    await logIn('Cablevision', 'ana', token, browser);
    const phone = await world.device('ref40-phone');
    await world.adobe('/_control/requests', { method: 'DELETE' });
    const page = await signOutAtMvpd(browser);
    expect(page.html).toContain('You are signed out of Optimum and of its apps');
    expect((await world.requests()).map(({ party, operation }) => `${party} ${operation}`)).toEqual([
      'mvpd logout.page',
      'mvpd logout',
      'adobe saml.logout-request',
      'mvpd saml.slo-response',
    ]);
    expect(await profilesOf(tv)).toEqual({});
    expect(await profilesOf(phone, 'REF40', token)).toEqual({});
  });

  test('leaves the subscriber’s login on another device', async () => {
    const [living, bedroom] = [stepwise(), stepwise()];
    const other = await world.device('ref30-tv', 'bedroom');
    await logIn('Cablevision', 'ana', {}, living);
    const form = { ...completeForm, mvpd: 'Cablevision' };
    await world.logIn(await other.form('/api/v2/REF30/sessions', form), bedroom, 'ana');
    await signOutAtMvpd(bedroom);
    expect(await profilesOf(other)).toEqual({});
    expect(await profilesOf(tv)).toHaveProperty('Cablevision');
  });
});

test.each([
  ['no device', { pt_device_id: null }],
  ['another device', { pt_device_id: '0'.repeat(64) }],
  ['another MVPD', { mso_id: 'AdobeShibboleth' }],
  ['another service provider', { requestor_id: 'REF40' }],
  ['another page to return to', { redirect_url: 'https://adobe.com/elsewhere' }],
])('a url that names %s starts no logout', async (_, changes) => {
  await logIn('Cablevision', 'ana');
  const { body } = await logOut(tv, 'Cablevision');
  const url = new URL((body['logouts'] as { Cablevision: { url: string } }).Cablevision.url);
  expect((await stepwise().open(url)).status).toBe(302);
  for (const [name, value] of Object.entries(changes))
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  expect((await stepwise().open(url)).status).toBe(400);
});

test('the logout pages lead to no unregistered domain', async () => {
  const query = 'mso_id=Cablevision&requestor_id=REF30&redirect_url=https%3A%2F%2Fevil.example';
  expect((await world.adobe(`/adobe-services/logout?${query}`)).status).toBe(400);
});

test('an MVPD without one: complete, none', async () => {
  await logIn('Dish', 'ben');
  const { body } = await logOut(tv, 'Dish');
  expect(body).toEqual({ logouts: { Dish: { actionName: 'complete', actionType: 'none', mvpd: 'Dish' } } });
  expect(await profilesOf(tv)).toEqual({});
});

test('TempPass: complete, none', async () => {
  const { body } = await logOut(tv, 'TempPass_TEST40');
  expect(body).toMatchObject({
    logouts: { TempPass_TEST40: { actionName: 'complete', actionType: 'none' } },
  });
});

test('no valid profile: invalid, none', async () => {
  const { status, body } = await logOut(tv, 'Cablevision');
  expect(status).toBe(200);
  expect(body).toEqual({
    logouts: { Cablevision: { actionName: 'invalid', actionType: 'none', mvpd: 'Cablevision' } },
  });
});

test('with a service token, regular and SSO profiles of its subject go, from either app', async () => {
  const token = { 'ad-service-token': await world.serviceToken() };
  await logIn('Cablevision', 'ana', token);
  const phone = await world.device('ref40-phone');
  expect((await logOut(phone, 'Cablevision', 'REF40', token)).body).toMatchObject({
    logouts: { Cablevision: { actionName: 'logout' } },
  });
  expect(await profilesOf(tv)).toEqual({});
  expect(await profilesOf(phone, 'REF40', token)).toEqual({});
});

test("another subject's logout leaves them", async () => {
  const token = { 'ad-service-token': await world.serviceToken('ana') };
  await logIn('Cablevision', 'ana', token);
  const phone = await world.device('ref40-phone');
  await logOut(phone, 'Cablevision', 'REF40', { 'ad-service-token': await world.serviceToken('ben') });
  expect(await profilesOf(tv)).toHaveProperty('Cablevision');
  expect(await profilesOf(phone, 'REF40', token)).toHaveProperty('Cablevision');
});

test("without a token, the device's own regular profile goes alone", async () => {
  const token = { 'ad-service-token': await world.serviceToken() };
  await logIn('Cablevision', 'ana', token);
  await logOut(tv, 'Cablevision');
  expect(await profilesOf(tv)).toEqual({});
  expect(await profilesOf(tv, 'REF30', token)).toMatchObject({ Cablevision: { type: 'serviceTokenSSO' } });
});
