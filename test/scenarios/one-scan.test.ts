import type { RecordedRequest } from '@kinpass/simulator';
import type { Browser } from '@kinpass/simulator/browser';
import { approveDevice, type Device, logInOnMvpdPage, request, signInWith } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { createLog } from '#src/observability/logger';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

type Options = NonNullable<Parameters<typeof startGateway>[0]>;

const unhurried = { throttle: { perSecond: 1000, burst: 1000 } };

const start = async ({ settings = {}, ...options }: Options = {}): Promise<TestWorld> => {
  const adobe = { ...unhurried, ...settings.adobe };
  const t = await startGateway({ ...options, settings: { ...settings, adobe } });
  const url = `${t.simulator.origins.adobe}/_control/switches`;
  await request({ method: 'PUT', url, json: { throttle: 'off' } });
  return t;
};

const askForCode = (tv: Device) => tv.signIn.requestDeviceCode({ headers: tv.headers });

/** The TV shows a QR code, having told who it is; Ana's phone approves it. */
const scan = async (t: TestWorld, tv: Device, phone: Browser = t.browser()) => {
  const code = await askForCode(tv);
  await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
  return { code, phone };
};

const ana = { username: 'ana@cablevision.example', password: 'ana-tv' };

const choose = 'Choose your TV provider';
const done = 'You are signed in';
const finish = 'Finish at your TV provider';
const down = 'Your TV provider cannot be reached';

/** What the gateway asked Adobe; a browser sends no bearer. */
const asked = async ({ control }: TestWorld): Promise<RecordedRequest[]> =>
  reachedAdobe(await control.requests()).filter(({ headers }) => headers['authorization'] !== undefined);

const sessionsOf = async (t: TestWorld): Promise<RecordedRequest[]> =>
  (await asked(t)).filter(({ operation }) => operation === 'sessions.create');

const redeem = async (tv: Device, code: Parameters<Device['signIn']['awaitTokens']>[0]) =>
  tv.use(await tv.signIn.awaitTokens(code));

describe('one scan', () => {
  test('Ana signs in, approves the TV, chooses her TV provider and logs in there; the TV plays', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    expect(phone.page.title).toContain(choose);

    await phone.submit({ button: 'Optimum' });
    expect(phone.page.url.origin).toBe(t.simulator.origins.mvpd);
    await logInOnMvpdPage(phone, ana);
    expect(phone.page.title).toContain(done);
    await redeem(tv, code);
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
  });

  test('Adobe gets one complete session request, and never anything of the phone', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { phone } = await scan(t, tv, t.browser('198.51.100.77'));
    await phone.submit({ button: 'Optimum' });
    await logInOnMvpdPage(phone, ana);

    const calls = await asked(t);
    expect(calls.map(({ operation }) => operation)).not.toContain('sessions.resume');
    const [session, ...others] = await sessionsOf(t);
    expect(others).toEqual([]);
    expect(session?.serviceToken?.verified).toBe(true);
    expect(Object.fromEntries(new URLSearchParams(session?.body ?? ''))).toEqual({
      mvpd: 'Cablevision',
      domainName: 'localhost',
      redirectUrl: expect.stringMatching(`^${t.origin}/device/[\\w-]+/tv-provider/return$`),
    });
    const profiles = calls.find(({ operation }) => operation === 'profiles.all');
    expect(profiles?.serviceToken?.verified).toBe(true);
    for (const { operation, headers } of calls) {
      expect(headers['x-forwarded-for'], operation).toBe(tv.address);
      expect(headers['user-agent'], operation).toBe('KinpassStory/1.0');
      expect(headers['ap-device-identifier'], operation).toBe(tv.headers['ap-device-identifier']);
      const info = Buffer.from(String(headers['x-device-info']), 'base64').toString('utf8');
      expect(JSON.parse(info), operation).toMatchObject({
        model: 'LivingRoom55',
        connectionIp: tv.address,
        connectionPort: expect.stringMatching(/^\d+$/),
      });
      expect(JSON.stringify(headers), operation).not.toContain('198.51.100.77');
    }
  });

  test('the TV may fetch its tokens once it is approved, once, whatever the phone does', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    await redeem(tv, code);
    expect(profileTypes(await tv.profiles())).toEqual({});

    await phone.submit({ button: 'Optimum' });
    await logInOnMvpdPage(phone, ana);
    expect(phone.page.title).toContain(done);
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
    expect((await tv.signIn.poll(code)).body['error']).toBe('invalid_grant');
  });

  test('the instance is bound to the device that asked for the code', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code } = await scan(t, tv);
    const other = t.device('tv', { id: 'another TV' });
    other.use(await tv.signIn.awaitTokens(code));
    expect((await other.profiles()).body['code']).toBe('gateway_device_mismatch');
  });

  test('a registered TV gets the profile with its own credentials', async () => {
    await using t = await start();
    const tv = t.device('tv');
    await tv.register();
    const { code, phone } = await scan(t, tv);
    await phone.submit({ button: 'Optimum' });
    await logInOnMvpdPage(phone, ana);
    await redeem(tv, code);
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
    const registered = (await t.control.requests()).filter(({ operation }) => operation === 'dcr.register');
    expect(registered).toHaveLength(1);
  });

  test('“Not now” leaves the TV signed in', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    await phone.click('Not now');
    expect(phone.page.title).toContain(done);
    await redeem(tv, code);
    expect((await tv.profiles()).status).toBe(200);
    expect(await sessionsOf(t)).toEqual([]);
  });
});

describe('without a second half', () => {
  test('a profile in the family: the viewer is asked for no TV provider', async () => {
    await using t = await start();
    await t.logInAtMvpd(await t.signIn(t.device('phone'), 'ana', 'google'), 'ana', 'Cablevision');
    await t.control.clearRequests();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    expect(phone.page.title).toContain(done);
    expect((await asked(t)).map(({ operation }) => operation)).not.toContain('configuration.get');
    expect(await sessionsOf(t)).toEqual([]);
    await redeem(tv, code);
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'serviceTokenSSO' });
  });

  test('`authorize`, because there is a profile by now, ends it as success', async () => {
    await using t = await start();
    const { phone } = await scan(t, t.device('tv'));
    expect(phone.page.title).toContain(choose);
    await t.logInAtMvpd(await t.signIn(t.device('phone'), 'ana', 'google'), 'ana', 'Cablevision');
    await phone.submit({ button: 'Optimum' });
    expect(phone.page.title).toContain(done);
  });

  test('a device that does not identify itself is signed in, as ever', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const code = await tv.signIn.requestDeviceCode();
    const phone = t.browser();
    await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
    expect(phone.page.title).toContain(done);
    expect(await asked(t)).toEqual([]);
  });

  test('a host that Adobe has not registered: nothing is offered, and the log says why', async () => {
    const lines: string[] = [];
    const log = createLog('warn', { write: (line: string) => void lines.push(line) });
    const registeredDomains = { serviceProviders: [{ id: 'REF30', domains: ['adobe.com'] }] };
    await using t = await start({ settings: { adobe: { registeredDomains } }, overrides: { log } });
    const { phone } = await scan(t, t.device('tv'));
    expect(phone.page.title).toContain(done);
    expect(await sessionsOf(t)).toEqual([]);
    const [line] = lines.filter((text) => text.includes('no TV provider is offered'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ serviceProvider: 'REF30', host: 'localhost' });
  });
});

describe('what only a call tells', () => {
  test('Adobe lets no browser return to the gateway: the TV does the rest', async () => {
    const lines: string[] = [];
    const log = createLog('warn', { write: (line: string) => void lines.push(line) });
    await using t = await start({ overrides: { log } });
    const { phone } = await scan(t, t.device('tv'));
    const body = { action: 'none', status: 400, code: 'invalid_parameter_redirect_url', message: 'no' };
    const fault = { kind: 'status', status: 400, body };
    await t.control.fault({ match: { operation: 'sessions.create' }, fault });
    await phone.submit({ button: 'Optimum' });
    expect(phone.page.title).toContain(done);
    expect(lines.join('')).toContain('Adobe refuses the address of the gateway');
  });

  test('the instance is bound to another device: the TV does the rest', async () => {
    await using t = await start();
    const tv = t.device('tv');
    await tv.register();
    await tv.profiles();
    const code = await tv.signIn.requestDeviceCode({
      headers: t.device('tv', { id: 'another TV' }).headers,
    });
    await t.control.clearRequests();
    const phone = t.browser();
    await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
    expect(phone.page.title).toContain(done);
    expect(await asked(t)).toEqual([]);
  });
});

describe('again', () => {
  test('a reload at each step goes on where it was, with the same code', async () => {
    await using t = await start();
    const { phone } = await scan(t, t.device('tv'));
    const page = phone.page.url;
    const approved = phone.visited.at(-2) ?? page;
    expect((await phone.open(page)).title).toContain(choose);
    // The redirect after the approval was lost.
    expect((await phone.open(approved)).title).toContain(choose);

    await phone.submit({ button: 'Optimum' });
    expect((await phone.open(page)).title).toContain(finish);
    expect((await phone.open(`${page}/return`)).title).toContain(finish);
    await phone.click('Choose another TV provider');
    await phone.submit({ button: 'Optimum' });
    await phone.open(page);
    await phone.click('Continue at Optimum');
    await logInOnMvpdPage(phone, ana);
    expect(phone.page.title).toContain(done);
    expect((await phone.open(phone.page.url)).title).toContain(done);
    expect((await phone.open(page)).title).toContain(done);
    expect(await sessionsOf(t)).toHaveLength(1);
  });

  test('two presses at once begin one login', async () => {
    await using t = await start();
    const { phone } = await scan(t, t.device('tv'));
    const on = phone.page;
    await Promise.all([phone.submit({ on, button: 'Optimum' }), phone.submit({ on, button: 'Optimum' })]);
    expect(await sessionsOf(t)).toHaveLength(1);
  });

  test('the phone that scans again goes on; another one learns nothing', async () => {
    await using t = await start();
    const { code, phone } = await scan(t, t.device('tv'));
    await phone.submit({ button: 'Optimum' });
    await phone.open(code.verificationUriComplete);
    await phone.submit({ button: 'Continue' });
    expect(phone.page.title).toContain(finish);

    const other = t.browser();
    await other.open(code.verificationUriComplete);
    await other.submit({ button: 'Continue' });
    expect(other.page.text).toContain('That code does not work');
    expect((await other.open(phone.page.url)).title).toContain('This sign-in has ended');
    expect(await sessionsOf(t)).toHaveLength(1);
  });

  test('another choice replaces the first', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    const page = phone.page.url;
    await phone.submit({ button: 'DISH' });
    await phone.open(page);
    await phone.click('Choose another TV provider');
    await phone.submit({ button: 'Optimum' });
    await logInOnMvpdPage(phone, ana);
    expect(phone.page.title).toContain(done);
    await redeem(tv, code);
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
  });

  test('a code that the TV has replaced itself is not used again', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    const page = phone.page.url;
    await phone.submit({ button: 'Optimum' });
    await redeem(tv, code);
    await tv.createSession({ mvpd: 'Dish', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' });
    expect((await phone.open(page)).title).toContain(choose);
    await phone.submit({ button: 'Optimum' });
    await logInOnMvpdPage(phone, ana);
    expect(phone.page.title).toContain(done);
  });
});

describe('what may go wrong', () => {
  test('a viewer who comes back without having logged in can go on, or choose again', async () => {
    await using t = await start();
    const { phone } = await scan(t, t.device('tv'));
    const page = phone.page.url;
    await phone.submit({ button: 'Optimum' });
    await phone.open(`${page}/return`);
    expect(phone.page.title).toContain(finish);
    expect(phone.page.text).toContain('Optimum has not confirmed yet');
    await phone.click('Continue at Optimum');
    await logInOnMvpdPage(phone, ana);
    expect(phone.page.title).toContain(done);
  });

  test.each([
    ['profiles', 'profiles.all'],
    ['the configuration', 'configuration.get'],
    ['the session', 'sessions.create'],
  ])(
    'Adobe fails at %s: the page says so and leads on, and the TV is signed in',
    async (_what, operation) => {
      await using t = await start();
      const tv = t.device('tv');
      const fault = { kind: 'status', status: 503 };
      await t.control.fault({ match: { operation }, fault });
      const { code, phone } = await scan(t, tv);
      if (operation === 'sessions.create') await phone.submit({ button: 'Optimum' });
      expect(phone.page.status).toBeGreaterThanOrEqual(500);
      expect(phone.page.title).toContain(down);
      await redeem(tv, code);

      await t.control.clearFaults();
      await phone.click('Try again');
      await phone.submit({ button: 'Optimum' });
      await logInOnMvpdPage(phone, ana);
      expect(phone.page.title).toContain(done);
      expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
    },
  );

  test('the TV provider is down: the phone is not stranded', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    const page = phone.page.url;
    await t.control.fault({ match: { party: 'mvpd' }, fault: { kind: 'status', status: 503 } });
    await phone.submit({ button: 'Optimum' });
    expect(phone.page.status).toBe(503);
    await redeem(tv, code);

    await t.control.clearFaults();
    await phone.open(page);
    await phone.click('Continue at Optimum');
    await logInOnMvpdPage(phone, ana);
    expect(phone.page.title).toContain(done);
  });

  test('the identity provider is down: nothing is approved, and the viewer takes another way', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const code = await askForCode(tv);
    const phone = t.browser();
    await t.control.fault({ match: { party: 'dtc' }, fault: { kind: 'status', status: 503 } });
    await phone.open(code.verificationUriComplete);
    await phone.submit({ button: 'Continue' });
    await phone.submit({ button: 'Continue with DTC' });
    expect(phone.page.title).toContain('The sign-in service is not responding');
    expect((await tv.signIn.poll(code)).body['error']).toBe('authorization_pending');
    await signInWith(phone, 'google', t.user('ana'));
    await phone.submit({ button: 'Approve' });
    expect(phone.page.title).toContain(choose);
  });

  test('a TV that is signed out meanwhile ends the journey', async () => {
    await using t = await start();
    const tv = t.device('tv');
    const { code, phone } = await scan(t, tv);
    await redeem(tv, code);
    await tv.signOut();
    await phone.submit({ button: 'Optimum' });
    expect(phone.page.title).toContain('This sign-in has ended');
    expect(await sessionsOf(t)).toEqual([]);
  });

  test('an identifier that is none is refused, in the words of OAuth', async () => {
    await using t = await start();
    const form = { client_id: 'ref30-tv', scope: 'openid' };
    const url = `${t.origin}/device/auth`;
    const headers = { 'ap-device-identifier': 'living-room' };
    expect(await request({ method: 'POST', url, headers, form })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: expect.stringContaining('AP-Device-Identifier') },
    });
  });
});

describe('the service provider', () => {
  const several = (t: TestWorld) => {
    const apps = t.settings['apps'] as ConfigInput['apps'];
    return {
      apps: apps.map((app) =>
        app.id === 'ref30-tv' ? { ...app, serviceProviders: ['REF30', 'REF40'] } : app,
      ),
    };
  };

  test.each([
    [undefined, 'REF30'],
    ['REF40', 'REF40'],
  ])('asked for is %s: it is %s', async (serviceProvider, expected) => {
    await using t = await start();
    await t.reconfigure({ ...several(t), adobe: unhurried });
    const tv = t.device('tv');
    const code = await tv.signIn.requestDeviceCode({
      headers: tv.headers,
      ...(serviceProvider && { serviceProvider }),
    });
    const phone = t.browser();
    await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
    const [profiles] = (await asked(t)).filter(({ operation }) => operation === 'profiles.all');
    expect(profiles?.path).toBe(`/api/v2/${expected}/profiles`);
  });

  test('of another app is refused', async () => {
    await using t = await start();
    const tv = t.device('tv');
    await expect(
      tv.signIn.requestDeviceCode({ headers: tv.headers, serviceProvider: 'REF40' }),
    ).rejects.toThrow('the app may not use this service_provider');
  });
});
