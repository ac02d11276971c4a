import { approveDevice, logInOnMvpdPage, request, signInWith } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { profileTypes } from '../support/answers.ts';
import {
  ana,
  asked,
  askForCode,
  choose,
  done,
  down,
  finish,
  redeem,
  scan,
  sessionsOf,
  start,
} from '../support/one-scan.ts';

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
