import type { Browser, Page } from '@kinpass/simulator/browser';
import type { ApiAnswer, Device } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { start as startUnhurried } from '../support/one-scan.ts';
import { passThrough } from '../support/pass-through.ts';
import type { TestWorld } from '../support/start-gateway.ts';

const start = ({ settings = {}, ...options }: NonNullable<Parameters<typeof startUnhurried>[0]> = {}) =>
  startUnhurried({ ...options, settings: { ...passThrough, ...settings } });

/** An app that knows nothing of the gateway and signs nobody in: it registers, and asks for a code. */
const plainTv = async (t: TestWorld, id = 'a plain TV', address = '203.0.113.44'): Promise<Device> => {
  const tv = t.device('tv', { id, address });
  await tv.register();
  return tv;
};

const codeIn = ({ body }: ApiAnswer): string => String(body['code']);
const createSession = (tv: Device, form: Record<string, string> = {}): Promise<ApiAnswer> =>
  tv.call('/REF30/sessions', { method: 'POST', form });
const newCode = async (tv: Device): Promise<string> => codeIn(await createSession(tv));
const linkIn = ({ headers }: ApiAnswer): string => String(headers['kinpass-activation-link']);

const complete = { mvpd: 'Cablevision', domainName: 'adobe.com' };
const typed = 'Enter the code shown on your TV';
const refused = 'That code does not work. It may be mistyped, expired or already used.';

const type = async (t: TestWorld, browser: Browser, code: string): Promise<Page> => {
  await browser.open(`${t.origin}/activate`);
  return browser.submit({ fill: { user_code: code } });
};

const scan = async (browser: Browser, link: string): Promise<Page> => {
  const page = await browser.open(link);
  expect(page.text).toContain('Check that this code matches');
  return browser.submit({ button: 'Continue' });
};

/** Some pages would submit their form by script. */
const passOn = async (browser: Browser): Promise<Page> => {
  while (/^Continue/.test(browser.page.root.querySelector('form button')?.text.trim() ?? ''))
    await browser.submit({ button: 'Continue' });
  return browser.page;
};

/** At the page of the TV provider, and back. */
const logIn = async (t: TestWorld, browser: Browser, at = 'Cablevision'): Promise<Page> => {
  const subscriptions = t.simulator.fixtures.users.flatMap((user) => user.subscriptions);
  const subscription = subscriptions.find(({ mvpd }) => mvpd === at);
  const { username = '', password = '' } = subscription ?? {};
  await passOn(browser);
  await browser.submit({ fill: { username, password } });
  return passOn(browser);
};

const operationsAt = async ({ control }: TestWorld): Promise<string[]> =>
  reachedAdobe(await control.requests()).map(({ operation }) => operation);

test('a viewer types the code of the TV, chooses a TV provider, logs in there, and the TV goes on', async () => {
  await using t = await start();
  const tv = await plainTv(t);
  const code = await newCode(tv);
  const phone = t.browser();
  await t.control.clearRequests();

  const choice = await type(t, phone, code.toLowerCase());
  expect(choice.text).toContain('Choose your TV provider');
  expect(choice.text).toContain('REF30 for TV');
  expect(choice.text).not.toContain('Temp Pass');
  await phone.submit({ button: 'Optimum' });
  const end = await logIn(t, phone);
  expect(end.text).toContain('You are signed in');
  expect(end.text).toContain('REF30 for TV will continue automatically');
  expect(profileTypes(await tv.profileByCode(code))).toEqual({ Cablevision: 'regular' });

  const own = phone.visited.filter(({ origin }) => origin === t.origin);
  expect(own.filter(({ href }) => href.includes(code))).toEqual([]);
  const calls = reachedAdobe(await t.control.requests());
  const resumed = calls.find(({ operation }) => operation === 'sessions.resume');
  expect(resumed).toMatchObject({
    headers: {
      'x-forwarded-for': '203.0.113.44',
      'ap-device-identifier': tv.headers['ap-device-identifier'],
    },
    serviceToken: null,
  });
  expect(Object.fromEntries(new URLSearchParams(resumed?.body ?? ''))).toEqual({
    mvpd: 'Cablevision',
    domainName: 'localhost',
    redirectUrl: expect.stringMatching(/^http:\/\/localhost:\d+\/second-screen\/[\w-]{43}\/done$/),
  });
});

test('a TV that waits is told when the viewer has logged in', async () => {
  await using t = await start();
  const tv = await plainTv(t);
  const code = await newCode(tv);
  const waiting = tv.call(`/REF30/profiles/code/${code}`, { headers: { prefer: 'wait=25' } });
  const phone = t.browser();
  await type(t, phone, code);
  await phone.submit({ button: 'Optimum' });
  await logIn(t, phone);
  expect(profileTypes(await waiting)).toEqual({ Cablevision: 'regular' });
});

describe('a link of the gateway with the code in it', () => {
  test('is scanned, and only fills the code in', async () => {
    await using t = await start();
    const tv = await plainTv(t);
    const created = await createSession(tv);
    const phone = t.browser();
    await t.control.clearRequests();
    const page = await phone.open(linkIn(created));
    expect(page.root.querySelector('[name=user_code]')?.getAttribute('value')).toBe(codeIn(created));
    expect(await operationsAt(t)).toEqual([]);
    await phone.submit({ button: 'Continue' });
    await phone.submit({ button: 'Optimum' });
    expect((await logIn(t, phone)).text).toContain('You are signed in');
  });

  test('tells why its code has ended', async () => {
    const clock = createManualClock();
    await using t = await start({ overrides: { clock }, worldClock: clock });
    const tv = await plainTv(t);
    const first = await createSession(tv);
    const second = await createSession(tv);
    expect((await scan(t.browser(), linkIn(first))).text).toContain('Your TV shows a newer code');
    await tv.call(`/REF30/sessions/${codeIn(second)}`, {
      method: 'POST',
      form: { ...complete, redirectUrl: 'https://adobe.com' },
    });
    const phone = t.browser();
    await phone.open(`${t.simulator.origins.adobe}/api/v2/authenticate/REF30/${codeIn(second)}`);
    await logIn(t, phone);
    expect((await scan(t.browser(), linkIn(second))).text).toContain('This code was already used');
    const third = await createSession(tv);
    await clock.advance(30 * 60_000);
    expect((await scan(t.browser(), linkIn(third))).text).toContain('This code has expired');
  });

  test('is no help with another code: its ticket is for one', async () => {
    await using t = await start();
    const [one, other] = [await plainTv(t), await plainTv(t, 'another TV')];
    const link = new URL(linkIn(await createSession(one)));
    link.searchParams.set('user_code', await newCode(other));
    await createSession(other);
    await t.browser().open(link);
    const phone = t.browser();
    await phone.open(link);
    expect((await phone.submit({ button: 'Continue' })).text).toContain(refused);
  });
});

test('who types a wrong, a replaced, an expired or a used code reads the same of each', async () => {
  const clock = createManualClock();
  await using t = await start({ overrides: { clock }, worldClock: clock });
  const tv = await plainTv(t);
  const replaced = await newCode(tv);
  await tv.profileByCode(replaced);
  const used = codeIn(await createSession(tv, { ...complete, redirectUrl: 'https://adobe.com' }));
  const phone = t.browser();
  await phone.open(`${t.simulator.origins.adobe}/api/v2/authenticate/REF30/${used}`);
  await logIn(t, phone);
  const expired = await newCode(await plainTv(t, 'another TV'));
  const answers = [];
  for (const code of ['8ER640M', replaced, used]) answers.push(await type(t, t.browser(), code));
  await clock.advance(30 * 60_000);
  answers.push(await type(t, t.browser(), expired));
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  for (const { text } of answers) expect(text).toContain(refused);
  expect(new Set(answers.map(({ html }) => html.replace(/value="[^"]*"/g, ''))).size).toBe(1);

  const poll = await tv.call(`/REF30/profiles/code/${replaced}`);
  expect(poll.body['code']).toBe('gateway_code_expired');
});

test('wrong codes keep out nobody but their own network, and nobody who scans', async () => {
  await using t = await start();
  const tv = await plainTv(t);
  const created = await createSession(tv);
  const guesser = t.browser('2001:db8:1:2::3');
  const form = await guesser.open(`${t.origin}/activate`);
  const guess = (times: number) => `WRONG${String(times).padStart(2, '0')}`;
  for (let times = 0; times < 30; times += 1)
    expect((await guesser.submit({ on: form, fill: { user_code: guess(times) } })).status).toBe(400);
  const neighbor = t.browser('2001:db8:1:2::4');
  const late = await type(t, neighbor, codeIn(created));
  expect([late.status, late.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  expect((await type(t, t.browser('2001:db8:1:3::4'), codeIn(created))).status).toBe(200);
  expect((await scan(neighbor, linkIn(created))).text).toContain('Choose your TV provider');
});

describe('a TV whose app has chosen the TV provider', () => {
  test('and where the browser returns: the viewer goes there, and lands where the app says', async () => {
    await using t = await start();
    const tv = await plainTv(t);
    const code = codeIn(await createSession(tv, { ...complete, redirectUrl: 'https://adobe.com/landed' }));
    const phone = t.browser();
    await t.control.clearRequests();
    const page = await type(t, phone, code);
    expect(page.text).toContain('Sign in there to watch REF30 for TV');
    await phone.submit({ button: 'Continue' });
    expect(await operationsAt(t)).not.toContain('sessions.resume');
    expect((await logIn(t, phone)).url.href).toBe('https://adobe.com/landed');
    expect(profileTypes(await tv.profileByCode(code))).toEqual({ Cablevision: 'regular' });
  });

  test('and nothing else: the gateway says where the browser returns', async () => {
    await using t = await start();
    const tv = await plainTv(t);
    const code = codeIn(await createSession(tv, { mvpd: 'Cablevision' }));
    const phone = t.browser();
    await type(t, phone, code);
    await phone.submit({ button: 'Continue' });
    expect(phone.page.url.origin).not.toBe(t.origin);
    expect((await logIn(t, phone)).text).toContain('You are signed in');
  });
});

describe('a TV that has a profile of an earlier login', () => {
  const logInBefore = async (t: TestWorld, tv: Device): Promise<void> => {
    const code = codeIn(await createSession(tv, { ...complete, redirectUrl: 'https://adobe.com' }));
    const phone = t.browser();
    await phone.open(`${t.simulator.origins.adobe}/api/v2/authenticate/REF30/${code}`);
    await logIn(t, phone);
  };

  test('gets a new code, which does not count as used, nor the old profile as success', async () => {
    await using t = await start();
    const tv = await plainTv(t);
    await logInBefore(t, tv);
    const code = codeIn(await createSession(tv, { mvpd: 'Cablevision' }));
    expect(profileTypes(await tv.profileByCode(code))).toEqual({ Cablevision: 'regular' });

    const phone = t.browser();
    const page = await type(t, phone, code);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Sign in there to watch')]);
    const early = await phone.open(`${page.url}/done`);
    expect(early.text).toContain('Waiting for your TV provider');
    await phone.click('Choose again');
    await phone.submit({ button: 'Continue' });
    expect(phone.page.text).toContain('You are signed in');
  });

  test('is told of another one by its new code', async () => {
    await using t = await start();
    const tv = await plainTv(t);
    await logInBefore(t, tv);
    const code = await newCode(tv);
    const phone = t.browser();
    await type(t, phone, code);
    await phone.submit({ button: 'Spectrum' });
    await logIn(t, phone, 'Spectrum');
    expect(phone.page.text).toContain('You are signed in');
    expect(profileTypes(await tv.profileByCode(code))).toEqual({ Spectrum: 'regular' });
  });
});

test('each page can be loaded again, and tells what is so now', async () => {
  await using t = await start();
  const tv = await plainTv(t);
  const code = await newCode(tv);
  const phone = t.browser();
  const choice = (await type(t, phone, code)).url;
  expect((await phone.open(choice)).text).toContain('Choose your TV provider');
  await phone.submit({ button: 'DISH' });
  expect((await phone.open(choice)).text).toContain('DISH Used before');
  const early = await phone.open(`${choice}/done`);
  expect(early.text).toContain('Waiting for your TV provider');
  expect(early.headers['refresh']).toBe('3');
  await phone.click('Choose again');
  await phone.submit({ button: 'Optimum' });
  const end = (await logIn(t, phone)).url;
  expect((await phone.open(end)).text).toContain('You are signed in');
  expect((await phone.open(choice)).text).toContain('You are signed in');

  const stranger = t.browser();
  expect((await stranger.open(choice)).status).toBe(400);
  expect((await stranger.open(end)).text).toContain('Go back to your TV');
});

test('a TV provider that the picker hides, and one that Adobe refuses, cannot be chosen', async () => {
  await using t = await start({ settings: { picker: { rules: [{ hide: ['Dish'] }] } } });
  const tv = await plainTv(t);
  const phone = t.browser();
  const choice = await type(t, phone, await newCode(tv));
  expect(choice.text).not.toContain('DISH');
  await t.control.clearRequests();
  const forged = await phone.submit({ button: 'Optimum', fields: { mvpd: 'Dish' } });
  expect([forged.status, forged.text]).toEqual([400, expect.stringContaining('cannot be used right now')]);
  expect(await operationsAt(t)).not.toContain('sessions.resume');

  await phone.open(choice.url);
  await t.control.fault({
    match: { operation: 'sessions.resume' },
    times: 1,
    fault: {
      kind: 'status',
      status: 400,
      body: { code: 'invalid_integration', status: 400, action: 'none' },
    },
  });
  const page = await phone.submit({ button: 'Optimum' });
  expect([page.status, page.text]).toEqual([400, expect.stringContaining('cannot be used right now')]);
  await phone.submit({ button: 'Optimum' });
  expect((await logIn(t, phone)).text).toContain('You are signed in');
});

test('where the host of the gateway is not registered, viewers are refused, and operators told why', async () => {
  const registeredDomains = { serviceProviders: [{ id: 'REF30', domains: ['adobe.com'] }] };
  const lines: string[] = [];
  const log = createLog('error', { write: (line: string) => void lines.push(line) });
  await using t = await start({ settings: { adobe: { registeredDomains } }, overrides: { log } });
  const tv = await plainTv(t);
  const phone = t.browser();
  await type(t, phone, await newCode(tv));
  const page = await phone.submit({ button: 'Optimum' });
  expect([page.status, page.text]).toEqual([503, expect.stringContaining('we have been notified')]);
  expect(lines.join('')).toContain('its host is not on a domain of the service provider');
  expect(lines.join('')).toContain('"host":"localhost","registered":["adobe.com"]');
});

test('a code of a TV that is signed in by the gateway is entered on the same page as before', async () => {
  await using t = await start();
  const code = await t.device('tv').signIn.requestDeviceCode();
  for (const path of ['/device', '/activate']) {
    const phone = t.browser();
    const page = await phone.open(`${t.origin}${path}`);
    expect(page.text).toContain(typed);
    const next = await phone.submit({ fill: { user_code: code.userCode } });
    expect(next.text).toContain('Sign in to connect your TV');
  }
});
