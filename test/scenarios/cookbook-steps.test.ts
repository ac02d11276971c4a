/**
 * The steps of an app written for REST API V2, as Adobe's cookbooks number them (server-to-server and client-to-server alike), with
 * the gateway in Adobe's place: until there is a profile, with the login on the same screen and on a second one.
 */
import type { RecordedRequest } from '@kinpass/simulator';
import type { Browser } from '@kinpass/simulator/browser';
import { type ApiAnswer, type Device, logInOnMvpdPage, signInAtMvpd } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerTo, callOf, callsDuring, expectCallsOf, formOf } from '../support/adobe-calls.ts';
import { profileTypes, verdicts } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const complete = {
  mvpd: 'Cablevision',
  domainName: 'testadobe.com',
  redirectUrl: 'https://www.testadobe.com/signed-in',
};

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

/** Of Ana at the provider that the apps name. */
const subscription = () => {
  const found = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === complete.mvpd);
  if (!found) throw new Error('Ana has no such subscription');
  return found;
};

const codeIn = ({ body }: ApiAnswer): string => String(body['code']);

/** Adobe's registration, of an app's installation, and its token. */
const expectRegistration = (calls: readonly RecordedRequest[], { app }: Device): void => {
  const registration = callOf(calls, 'dcr.register');
  expect(JSON.parse(registration.body ?? '')).toMatchObject({ software_statement: app.softwareStatement });
  const { client_id, client_secret } = answerTo(registration) as Record<string, string>;
  expect(formOf(callOf(calls, 'dcr.token'))).toEqual({
    client_id,
    client_secret,
    grant_type: 'client_credentials',
  });
};

describe('the login on the primary screen, of a viewer whom the gateway has signed in', () => {
  let laptop: Device;
  let session: ApiAnswer;
  let browser: Browser;
  beforeAll(() => {
    laptop = t.device('laptop');
    browser = t.browser(laptop.address);
  });

  test('1: the app registers, and obtains an access token; Adobe hears nothing yet', async () => {
    const { asked } = await callsDuring(t, async () => {
      await laptop.register();
      await t.signIn(laptop, 'ana');
    });
    expect(asked).toEqual([]);
  });

  test('2: it asks for profiles, with the token of its viewer; the gateway registers it, and there is none', async () => {
    const { result, calls, asked } = await callsDuring(t, () => laptop.profiles());
    expect(asked).toEqual(['dcr.register', 'dcr.token', 'profiles.all']);
    expectRegistration(calls, laptop);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect([result.status, result.body]).toEqual([200, { profiles: {} }]);
  });

  test('2: it asks again, and the credentials and the access token are those from before', async () => {
    const { asked } = await callsDuring(t, () => laptop.profiles());
    expect(asked).toEqual(['profiles.all']);
  });

  test('3, configuration: it gets the list of TV providers as Adobe sends it', async () => {
    const { result, calls, asked } = await callsDuring(t, () => laptop.call('/REF30/configuration'));
    expect(asked).toEqual(['configuration.get']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect(result.text).toBe(callOf(calls, 'configuration.get').response?.body);
    expect(result.text).toContain('Cablevision');
  });

  test('3, session: it gives all that is required, and gets code and url', async () => {
    const { result, calls, asked } = await callsDuring(t, () => laptop.createSession(complete));
    session = result;
    expect(asked).toEqual(['sessions.create']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect(formOf(callOf(calls, 'sessions.create'))).toEqual(complete);
    expect(result.body).toMatchObject({
      actionName: 'authenticate',
      actionType: 'interactive',
      code: expect.any(String),
      url: `/api/v2/authenticate/REF30/${codeIn(result)}`,
    });
  });

  test('4: before the login, neither the code nor the provider leads to a profile', async () => {
    const { result, calls, asked } = await callsDuring(t, async () => [
      await laptop.profileByCode(codeIn(session)),
      await laptop.profile('Cablevision'),
    ]);
    expect(asked).toEqual(['profiles.code', 'profiles.mvpd']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect(result.map(profileTypes)).toEqual([{}, {}]);
  });

  test('3, scenario 1: the app opens the url, and the viewer lands where it said', async () => {
    await t.control.clearRequests();
    const page = await signInAtMvpd(browser, laptop.browserUrl(session), subscription());
    expect(page.url.href).toBe(complete.redirectUrl);
    const requests = await t.control.requests();
    expect(requests.map(({ operation }) => operation)).toContain('authenticate');
    expect(requests.filter(({ headers }) => 'ad-service-token' in headers)).toEqual([]);
  });

  test('4: it polls by the code from now on, and finds the profile', async () => {
    const { result, calls, asked } = await callsDuring(t, () => laptop.profileByCode(codeIn(session)));
    expect(asked).toEqual(['profiles.code']);
    expect(callOf(calls, 'profiles.code').path).toBe(`/api/v2/REF30/profiles/code/${codeIn(session)}`);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect(profileTypes(result)).toEqual({ Cablevision: 'regular' });
  });

  test('4: it polls by the provider, with the token, and finds the same', async () => {
    const { result, calls, asked } = await callsDuring(t, () => laptop.profile('Cablevision'));
    expect(asked).toEqual(['profiles.mvpd']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect(profileTypes(result)).toEqual({ Cablevision: 'regular' });
  });

  test('4: what is found is kept: asking again asks nothing of Adobe', async () => {
    const { result, asked } = await callsDuring(t, () => laptop.profile('Cablevision'));
    expect(asked).toEqual([]);
    expect(profileTypes(result)).toEqual({ Cablevision: 'regular' });
  });

  test('2, scenario 1: with a profile it goes on to decisions', async () => {
    expect(profileTypes(await laptop.profiles())).toEqual({ Cablevision: 'regular' });
    const { result, calls, asked } = await callsDuring(t, () =>
      laptop.preauthorize('Cablevision', ['REF30']),
    );
    expect(asked).toEqual(['decisions.preauthorize']);
    expectCallsOf(laptop, calls, { isSignedIn: true });
    expect(verdicts(result)).toEqual({ REF30: true });
  });
});

describe('the login on a second screen, for a TV that signs nobody in', () => {
  let tv: Device;
  let session: ApiAnswer;
  let phone: Browser;
  beforeAll(() => {
    tv = t.device('tv');
    phone = t.browser();
  });

  test('1: the app registers, and obtains an access token; Adobe hears nothing yet', async () => {
    expect((await callsDuring(t, () => tv.register())).asked).toEqual([]);
  });

  test('2: it asks for profiles, and there is none', async () => {
    const { result, calls, asked } = await callsDuring(t, () => tv.profiles());
    expect(asked).toEqual(['dcr.register', 'dcr.token', 'profiles.all']);
    expectRegistration(calls, tv);
    expectCallsOf(tv, calls, { isSignedIn: false });
    expect(profileTypes(result)).toEqual({});
  });

  test('3, session: it asks for a code, and leaves the rest to the second screen', async () => {
    const { result, calls, asked } = await callsDuring(t, () => tv.createSession({}));
    session = result;
    expect(asked).toEqual(['sessions.create']);
    expectCallsOf(tv, calls, { isSignedIn: false });
    expect(result.body).toMatchObject({
      actionName: 'resume',
      missingParameters: expect.arrayContaining(['mvpd', 'domainName', 'redirectUrl']),
    });
  });

  test('4: it polls by the code as soon as it shows it', async () => {
    const { result, calls, asked } = await callsDuring(t, () => tv.profileByCode(codeIn(session)));
    expect(asked).toEqual(['profiles.code']);
    expectCallsOf(tv, calls, { isSignedIn: false });
    expect(profileTypes(result)).toEqual({});
  });

  test('3, scenario 2: the viewer enters the code in a web app, which has it checked, and shows the list', async () => {
    const { calls, asked } = await callsDuring(t, async () => {
      await phone.open(`${t.origin}/activate`);
      await phone.submit({ fill: { user_code: codeIn(session) } });
    });
    expect(phone.page.text).toContain('Choose your TV provider');
    expect(asked).toEqual(expect.arrayContaining(['sessions.get', 'configuration.get']));
    expect(asked).not.toContain('sessions.resume');
    expectCallsOf(tv, calls, { isSignedIn: false });
  });

  test('3, scenario 2: what the session lacked is added, for the TV as it is, and the phone is led to the TV provider', async () => {
    const { calls } = await callsDuring(t, () => phone.submit({ button: 'Optimum' }));
    const resumed = callOf(calls, 'sessions.resume');
    expectCallsOf(tv, [resumed], { isSignedIn: false });
    expect(resumed.path).toBe(`/api/v2/REF30/sessions/${codeIn(session)}`);
    expect(formOf(resumed)).toEqual({
      mvpd: 'Cablevision',
      domainName: 'localhost',
      redirectUrl: expect.stringMatching(`^${t.origin}/second-screen/`),
    });
    expect(phone.visited.map(({ pathname }) => pathname)).toContain(
      `/api/v2/authenticate/REF30/${codeIn(session)}`,
    );
  });

  test('3, scenario 2: after the login the phone shows that it is done', async () => {
    const end = await logInOnMvpdPage(phone, subscription());
    expect(end.text).toContain('You are signed in');
  });

  test('4: the TV, which has polled all the time, finds the profile', async () => {
    const { result, calls, asked } = await callsDuring(t, () => tv.profileByCode(codeIn(session)));
    expect(asked).toEqual(['profiles.code']);
    expectCallsOf(tv, calls, { isSignedIn: false });
    expect(profileTypes(result)).toEqual({ Cablevision: 'regular' });
  });

  test('4: by the provider it finds the same, and asks Adobe once', async () => {
    const { result, calls, asked } = await callsDuring(t, async () => [
      await tv.profile('Cablevision'),
      await tv.profile('Cablevision'),
    ]);
    expect(asked).toEqual(['profiles.mvpd']);
    expectCallsOf(tv, calls, { isSignedIn: false });
    expect(result.map(profileTypes)).toEqual([{ Cablevision: 'regular' }, { Cablevision: 'regular' }]);
  });
});
