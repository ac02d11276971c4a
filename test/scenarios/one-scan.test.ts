import { approveDevice, logInOnMvpdPage } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { createLog } from '#src/observability/logger';
import { profileTypes } from '../support/answers.ts';
import {
  ana,
  asked,
  choose,
  done,
  finish,
  redeem,
  scan,
  sessionsOf,
  start,
  unhurried,
} from '../support/one-scan.ts';
import type { TestWorld } from '../support/start-gateway.ts';

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
    const headers = { ...tv.headers, 'x-forwarded-for': `${tv.address}:41234` };
    const code = await tv.signIn.requestDeviceCode({ headers });
    const phone = t.browser('198.51.100.77');
    await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
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
        connectionPort: '41234',
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
