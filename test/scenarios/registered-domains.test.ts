import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { type ScriptedAdobe, startScriptedAdobe } from '../adobe-pass/scripted-adobe.ts';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const form = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
const post = (device: Device, path: string, changes: Partial<typeof form>): Promise<ApiAnswer> =>
  device.call(`/REF30/sessions${path}`, { method: 'POST', form: { ...form, ...changes } });
const create = (device: Device, changes: Partial<typeof form> = {}) => post(device, '', changes);
const logOut = (device: Device, redirectUrl: string): Promise<ApiAnswer> =>
  device.call(`/REF30/logout/Cablevision?${new URLSearchParams({ redirectUrl })}`);

/** Nobody has told the gateway the domains. */
const unlisted = { registeredDomains: {} };
const unhurried = { throttle: { perSecond: 1000, burst: 1000 } };
const operationsAt = async ({ control }: TestWorld) =>
  reachedAdobe(await control.requests()).map(({ operation }) => operation);

describe('domains that Adobe tells', () => {
  let t: TestWorld;
  let tv: Device;
  let other: Device;
  let code: string;
  beforeAll(async () => {
    t = await startGateway({ settings: { adobe: unlisted } });
    tv = t.device('tv');
    await tv.register();
    code = String((await create(tv)).body['code']);
    other = t.device('tv', { id: 'another TV', address: '203.0.113.20' });
    await other.register();
    await create(other);
  });
  afterAll(() => t[Symbol.asyncDispose]());
  beforeEach(() => t.control.clearRequests());

  test.each([
    'https://adobe.com/in?state=1#done',
    'https://www.testadobe.com/in',
    'https://ADOBE.com/',
    'https://adobe.com:8443/',
    'http://localhost:3000/in',
  ])('%s is on one', async (redirectUrl) => {
    expect((await create(other, { redirectUrl })).body).toMatchObject({ actionName: 'authenticate' });
    expect(await operationsAt(t)).toEqual(['sessions.create']);
  });

  const foreign = [
    'https://evil.example/phish',
    'https://adobe.com.evil.example/',
    'https://not-adobe.com/',
    'https://adobe.com./',
    'https://www.adobe.com.:8443/',
    'https://xn--dobe-5cd.com/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://com/',
  ];
  const ways: [string, (redirectUrl: string) => Promise<ApiAnswer>][] = [
    ['a session', (redirectUrl) => create(tv, { redirectUrl })],
    ['a resumed session', (redirectUrl) => post(tv, `/${code}`, { redirectUrl })],
    ['a partner session', (redirectUrl) => post(tv, '/sso/Apple', { redirectUrl })],
    ['a logout', (redirectUrl) => logOut(tv, redirectUrl)],
  ];
  describe.each(ways)('the redirectUrl of %s', (_what, send) => {
    test.each(foreign)('%s is on none, and reaches nobody', async (redirectUrl) => {
      expect(await send(redirectUrl)).toMatchObject({
        status: 400,
        body: {
          action: 'none',
          code: 'invalid_parameter_redirect_url',
          message: expect.stringContaining('(field redirectUrl)'),
        },
      });
      expect(await operationsAt(t)).toEqual([]);
    });
  });

  test.each(['evil.example', 'adobe.com.evil.example', 'not-adobe.com', 'adobe.com.', '127.0.0.1', 'com'])(
    'the domainName %s is none of them, and reaches nobody',
    async (domainName) => {
      for (const answer of [await create(tv, { domainName }), await post(tv, `/${code}`, { domainName })])
        expect(answer).toMatchObject({
          status: 400,
          body: {
            code: 'gateway_parameter_invalid',
            message: expect.stringContaining('(field domainName)'),
          },
        });
      expect(await operationsAt(t)).toEqual([]);
    },
  );

  test('the domainName of a subdomain, in any case, is left to Adobe', async () => {
    await create(other, { domainName: 'WWW.Adobe.com' });
    expect(await operationsAt(t)).toEqual(['sessions.create']);
  });
});

test.each(['sample', 'table', 'openapi'])(
  'Adobe is asked once, however many call; its configuration has the form of its %s',
  async (configurationShape) => {
    await using t = await startGateway({ settings: { adobe: unlisted } });
    const url = `${t.simulator.origins.adobe}/_control/switches`;
    await request({ method: 'PUT', url, json: { configurationShape } });
    const devices = ['one', 'two', 'three'].map((id, index) =>
      t.device('tv', { id, address: `203.0.113.${20 + index}` }),
    );
    for (const device of devices) await device.register();
    await Promise.all(devices.map((device) => create(device)));
    for (const device of devices)
      expect(await create(device, { redirectUrl: 'https://evil.example' })).toMatchObject({ status: 400 });
    const operations = await operationsAt(t);
    expect(operations.filter((one) => one === 'configuration.get')).toHaveLength(1);
    expect(operations.filter((one) => one === 'sessions.create')).toHaveLength(3);
  },
);

describe('what is kept', () => {
  let clock: ManualClock;
  let adobe: ScriptedAdobe;
  let t: TestWorld;
  let tv: Device;
  let lines: string[];
  beforeEach(async () => {
    clock = createManualClock();
    adobe = await startScriptedAdobe();
    lines = [];
    const writer = { write: (line: string) => void lines.push(line) };
    const settings = { adobe: { origin: adobe.origin, ...unlisted, ...unhurried } };
    t = await startGateway({ settings, overrides: { clock, log: createLog('warn', writer) } });
    tv = t.device('tv');
    await tv.register();
    return async () => {
      await t[Symbol.asyncDispose]();
      await adobe[Symbol.asyncDispose]();
    };
  });

  const configuration = '/api/v2/REF30/configuration';
  const tells = (...domains: string[]) => ({ body: { requestor: { id: 'REF30', domains } } });
  const asked = () => adobe.heardAt(configuration).length;
  const warnings = () => lines.filter((line) => line.includes('registered domains'));
  const on = async (redirectUrl: string) =>
    (await create(tv, { domainName: new URL(redirectUrl).hostname, redirectUrl })).status;

  test('Adobe’s domains for ten minutes: then it is asked again', async () => {
    adobe.at(configuration, tells('one.example'), tells('two.example'));
    expect([await on('https://one.example'), await on('https://two.example')]).toEqual([200, 400]);
    await clock.leap(10 * 60_000 - 1);
    expect([await on('https://one.example'), asked()]).toEqual([200, 1]);
    await clock.leap(1);
    expect([await on('https://two.example'), await on('https://one.example'), asked()]).toEqual([
      200, 400, 2,
    ]);
  });

  test('by a gateway that reads its settings again, too', async () => {
    adobe.at(configuration, tells('one.example'));
    expect(await on('https://one.example')).toBe(200);
    await t.reconfigure({ log: { level: 'warn' } });
    expect([await on('https://two.example'), asked()]).toEqual([400, 1]);
  });

  test('that Adobe tells none: everything passes, with one warning', async () => {
    adobe.at(configuration, tells());
    expect([await on('https://one.example'), await on('https://two.example')]).toEqual([200, 200]);
    expect([asked(), warnings()]).toEqual([1, [expect.stringContaining('"serviceProvider":"REF30"')]]);
    await clock.leap(10 * 60_000);
    await on('https://one.example');
    expect([asked(), warnings().length]).toEqual([2, 1]);
  });

  test('that Adobe could not be asked, for a minute', async () => {
    adobe.at(
      configuration,
      { status: 400, body: { code: 'x', action: 'none', status: 400 } },
      tells('one.example'),
    );
    expect([await on('https://two.example'), await on('https://two.example'), asked()]).toEqual([
      200, 200, 1,
    ]);
    expect(warnings()).toEqual([expect.stringContaining('"status":400')]);
    await clock.leap(60_000);
    expect([await on('https://two.example'), asked()]).toEqual([400, 2]);
  });

  test('nothing of an answer that cannot be read', async () => {
    adobe.at(configuration, { body: '<html>' });
    expect(await on('https://two.example')).toBe(200);
    expect(warnings()).toHaveLength(1);
  });

  test('custom schemes are the app’s business: Adobe is not asked for them', async () => {
    const scheme = { domainName: '', redirectUrl: 'adbe.TTIFAaWuR-CmxXv1Di8PlQ://in' };
    const { domainName: _, ...onlyScheme } = { ...form, ...scheme };
    const answer = await tv.call('/REF30/sessions', { method: 'POST', form: onlyScheme });
    expect([answer.status, asked()]).toEqual([200, 0]);
  });
});

describe('the settings', () => {
  const redirectUrl = 'https://evil.example/in';

  test('name the domains: Adobe is not asked, and hears nothing of an installation that names others', async () => {
    const serviceProviders = [{ id: 'REF30', domains: ['adobe.com'] }];
    await using t = await startGateway({ settings: { adobe: { registeredDomains: { serviceProviders } } } });
    const tv = t.device('tv');
    await tv.register();
    const testadobe = { domainName: 'testadobe.com', redirectUrl: 'https://testadobe.com' };
    for (const refused of [{ redirectUrl }, testadobe]) expect((await create(tv, refused)).status).toBe(400);
    expect(await operationsAt(t)).toEqual([]);
    expect((await create(tv)).status).toBe(200);
    expect(await operationsAt(t)).toEqual(['dcr.register', 'dcr.token', 'sessions.create']);
  });

  test('leave them to Adobe', async () => {
    await using t = await startGateway({ settings: { adobe: { registeredDomains: { enforced: false } } } });
    const tv = t.device('tv');
    await tv.register();
    expect((await create(tv, { redirectUrl })).body['code']).toBe('invalid_parameter_redirect_url');
    expect(await operationsAt(t)).toEqual(['dcr.register', 'dcr.token', 'sessions.create']);
  });
});
