import { createBrowser } from '@kinpass/simulator/browser';
import { type Device, logInOnMvpdPage, request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { profileTypes } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { clientOf, landing, type StartEvent, startEvents, startOn, stepOf } from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

interface Line {
  readonly app: string;
  readonly device: string;
  readonly status: string;
  readonly error?: { readonly code: string; readonly retryAfter?: number };
}

const redirectUrl = 'https://adobe.com';
const wish = { mvpd: 'Cablevision', ...landing };

const logOut = async (device: Device, scope: string) => {
  const path = `/v1/sp/${device.serviceProvider}/logout`;
  const { status, body } = await device.send(path, { method: 'POST', json: { scope, redirectUrl } });
  expect(status).toBe(200);
  return { ...body, profiles: body['profiles'] as unknown as Line[] };
};

const switches = ({ simulator }: TestWorld, json: Record<string, string>) =>
  request({ method: 'PUT', url: `${simulator.origins.adobe}/_control/switches`, json });

/** Ana's TV and her phone, each with a login of its own: Adobe shares within a service provider only. */
const tvAndPhone = async (t: TestWorld) => {
  await switches(t, { throttle: 'off', ssoScope: 'serviceProvider' });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  const phone = await t.signIn(t.device('phone'), 'ana');
  await phone.profileByCode(await t.logInAtMvpd(phone, 'ana', 'Cablevision'));
  return { tv, phone };
};

const next = async (events: AsyncGenerator<StartEvent>) => (await events.next()).value;

describe('the rate limit of another device is its own', () => {
  /** The TV has used up what Adobe grants its address, and time stands still. */
  const exhausted = async (longestWait: string) => {
    const clock = createManualClock();
    const t = await startGateway({
      settings: { adobe: { throttle: { longestWait } } },
      overrides: { clock },
      worldClock: clock,
    });
    onTestFinished(() => t[Symbol.asyncDispose]());
    const devices = await tvAndPhone(t);
    await clock.advance(60_000);
    // What is granted at once: the burst, and one at the rate.
    for (let call = 0; call < 11; call += 1) await devices.tv.authorize('Cablevision', ['sports']);
    return { t, clock, ...devices };
  };

  test('one that has nothing left fails its line at once, the others end, and the rest is repeated', async () => {
    const { tv, phone, clock } = await exhausted('0ms');
    const first = await logOut(phone, 'family');
    expect(first).toMatchObject({ complete: false });
    expect(first.profiles).toMatchObject([
      { app: 'ref40-phone', status: 'ended' },
      { app: 'ref30-tv', status: 'failed', error: { code: 'gateway_address_busy', retryAfter: 1 } },
    ]);
    await clock.advance(1_000);
    expect(await logOut(phone, 'family')).toMatchObject({ complete: true });
    await clock.advance(10_000);
    expect(profileTypes(await tv.profiles())).toEqual({});
  });

  test('one that has something left soon is waited for, within the bound of any call', async () => {
    const { t, phone, clock } = await exhausted('5s');
    await t.control.clearRequests();
    const logouts = async () =>
      (await t.control.requests()).filter(({ operation }) => operation === 'logout').map(({ path }) => path);
    const before = clock.waiting;
    const done = logOut(phone, 'family');
    await eventually(() => expect(clock.waiting).toBeGreaterThan(before));
    expect(await logouts()).toEqual([expect.stringContaining('/REF40/')]);
    let isDone = false;
    void done.finally(() => {
      isDone = true;
    });
    while (!isDone) await clock.advance(100);
    expect((await done).profiles).toMatchObject([{ status: 'ended' }, { app: 'ref30-tv', status: 'ended' }]);
    expect(await logouts()).toHaveLength(2);
  });
});

describe('who waits hears of it', () => {
  /** A TV that waits for its login in three ways, with one sign-in. */
  const waitingOn = async (t: TestWorld, tv: Device, origin = t.origin) => {
    const { code } = stepOf(await startOn(tv, wish), 'authenticate');
    const steps = startEvents({ origin }, tv, { question: wish });
    await next(steps);
    const authorization = `Bearer ${tv.tokens?.accessToken}`;
    const url = `${origin}/api/v2/REF30/profiles/code/${code}`;
    const ask = (headers: Record<string, string>) =>
      fetch(url, { headers: { ...tv.headers, authorization, ...headers } });
    const held = ask({ prefer: 'wait=60' });
    const stream = await ask({ accept: 'text/event-stream' });
    return { steps, held, stream };
  };

  const expectEnded = async ({ steps, held, stream }: Awaited<ReturnType<typeof waitingOn>>) => {
    expect(await next(steps)).toMatchObject({ event: 'error', error: { status: 401 } });
    expect((await held).status).toBe(401);
    expect(await stream.text()).toContain('event: error');
  };

  test('whatever waits with the sign-in that ends, at once', async () => {
    await using t = await startGateway({ settings: { adobe: { throttle: unhurried } } });
    await switches(t, { throttle: 'off' });
    const tv = await t.signIn(t.device('tv'), 'ana');
    const waiting = await waitingOn(t, tv);
    expect(await logOut(tv, 'identity')).toMatchObject({ complete: true, signedOut: true });
    await expectEnded(waiting);
  });

  test('at another node within a second', async () => {
    const { t, second } = await startTwoNodes();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const waiting = await waitingOn(t, tv, second);
    await logOut(tv, 'identity');
    await expectEnded(waiting);
  });

  test('another device that had its profile is told the next step instead of its last one', async () => {
    await using t = await startGateway({ settings: { adobe: { throttle: unhurried } } });
    const { tv, phone } = await tvAndPhone(t);
    const before = await startOn(tv, wish);
    expect(before).toMatchObject({ next: { step: 'play' } });
    await logOut(phone, 'family');
    // It says what it knows, and would be held back for a minute if nothing had changed.
    const after = await startOn(tv, wish, { 'last-event-id': before.id, prefer: 'wait=60' });
    const { url } = stepOf(after, 'authenticate');
    const stream = startEvents(t, tv, { question: wish, headers: { 'last-event-id': before.id } });
    expect(await next(stream)).toMatchObject({ answer: { next: { step: 'authenticate' } } });
    // Its sign-in goes on: the stream ends with the next login.
    const browser = t.browser();
    await browser.open(url);
    await logInOnMvpdPage(browser, subscriptionOf(t, 'Cablevision'));
    expect(await next(stream)).toMatchObject({ answer: { next: { step: 'play' } } });
  });

  test('a TV without a viewer is none of the family', async () => {
    await using t = await startGateway({ settings: { adobe: { throttle: unhurried } } });
    const { phone } = await tvAndPhone(t);
    const other = t.device('tv', { id: 'another TV', address: '203.0.113.7' });
    const steps = startEvents(t, other, { question: clientOf(other) });
    const code = await next(steps);
    await logOut(phone, 'identity');
    expect(code).toMatchObject({ answer: { next: { step: 'sign-in' } } });
    await steps.return(undefined);
  });
});

describe('single logout, from both sides', () => {
  /** Ana logs in on her TV, in a browser that stays open. */
  const loggedIn = async (t: TestWorld) => {
    await switches(t, { throttle: 'off' });
    const tv = await t.signIn(t.device('tv'), 'ana');
    const browser = createBrowser({ address: tv.address });
    const session = await tv.createSession({
      mvpd: 'Cablevision',
      domainName: 'testadobe.com',
      redirectUrl: 'https://www.testadobe.com/signed-in',
    });
    await browser.open(tv.browserUrl(session));
    await logInOnMvpdPage(browser, subscriptionOf(t, 'Cablevision'));
    await tv.profileByCode(String(session.body['code']));
    return { tv, browser };
  };

  const sessionAt = (browser: ReturnType<typeof createBrowser>) =>
    browser.cookies().some(({ name }) => name === 'mvpd_Cablevision');

  test('the app begins: the profile is gone, and its url ends the session at the MVPD', async () => {
    await using t = await startGateway({ settings: { adobe: { throttle: unhurried } } });
    const { tv, browser } = await loggedIn(t);
    const { profiles } = await logOut(tv, 'family');
    const [line] = profiles as (Line & { url?: string; actionName?: string })[];
    expect(line).toMatchObject({ actionName: 'logout', status: 'ended' });
    expect(profileTypes(await tv.profiles())).toEqual({});
    expect(sessionAt(browser)).toBe(true);
    await browser.open(String(line?.url));
    expect(sessionAt(browser)).toBe(false);
  });

  test('the viewer begins at the MVPD: a read of now finds no profile, on no device', async () => {
    await using t = await startGateway({ settings: { adobe: { throttle: unhurried } } });
    const { tv, browser } = await loggedIn(t);
    const web = await t.signIn(t.device('laptop'), 'ana');
    expect(profileTypes(await web.profiles())).toEqual({ Cablevision: 'serviceTokenSSO' });
    await browser.open(`${t.simulator.origins.mvpd}/Cablevision/logout`);
    await browser.submit();
    while (browser.page.root.querySelector('form')) await browser.submit();
    // A decision is never served from memory: what Adobe says to it drops the profile that is known here.
    expect((await tv.authorize('Cablevision', ['sports'])).text).toContain('authenticated_profile_missing');
    expect(profileTypes(await tv.profiles())).toEqual({});
    expect((await web.authorize('Cablevision', ['sports'])).text).toContain('authenticated_profile_missing');
    expect(profileTypes(await web.profiles())).toEqual({});
  });
});

const unhurried = { perSecond: 1_000, burst: 1_000 };

const subscriptionOf = (t: TestWorld, mvpd: string) => {
  const found = t.user('ana').subscriptions.find((one) => one.mvpd === mvpd);
  if (!found) throw new Error(`no subscription at ${mvpd}`);
  return found;
};
