import { createBrowser } from '@kinpass/simulator/browser';
import { type Device, request, signInOnPhone, signInWith } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { sendLines } from '../support/raw-request.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let phone: Device;

beforeAll(async () => {
  t = await startGateway();
  phone = await t.signIn(t.device('phone'), 'ana');
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

describe('T36 a value is one value wherever it goes', () => {
  test.each([
    'https://adobe.com/?a=b&scope=admin&client_id=x',
    'https://adobe.com/%26mvpd=Dish',
    'https://adobe.com/#&domainName=evil.example',
    'https://adobe.com/?x=%0d%0aX-Y:%20z',
  ])('%s', async (redirectUrl) => {
    const form = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl };
    const { status } = await phone.call('/REF40/sessions', { method: 'POST', form });
    const [sent] = reachedAdobe(await t.control.requests()).filter(
      ({ operation }) => operation === 'sessions.create',
    );
    if (status >= 400 && !sent) return;
    const parameters = [...new URLSearchParams(String(sent?.body))];
    expect(parameters.map(([name]) => name).sort()).toEqual(['domainName', 'mvpd', 'redirectUrl']);
    expect(Object.fromEntries(parameters)).toMatchObject({ mvpd: 'Cablevision', domainName: 'adobe.com' });
  });

  test('a state of the app comes back as it went, beside our parameters alone', async () => {
    const state = 'a&code=evil&iss=https://evil.example#x';
    const { url } = await phone.signIn.authorize();
    url.searchParams.set('state', state);
    const browser = createBrowser({ address: phone.address, stopsAt: phone.app.redirectUris });
    await browser.open(url);
    const landed = await signInWith(browser, 'dtc', t.user('ana'));
    expect([...landed.url.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state']);
    expect(landed.url.searchParams.get('state')).toBe(state);
  });
});

test('T37 no page follows the Referer, nor goes where a parameter says', async () => {
  const evil = 'https://evil.example/';
  const names = [
    'return_to',
    'next',
    'url',
    'redirect',
    'redirect_uri',
    'post_logout_redirect_uri',
    'continue',
  ];
  const query = new URLSearchParams(Object.fromEntries(names.map((name) => [name, evil])));
  for (const path of [
    '/device',
    '/auth',
    '/session/end',
    '/session/end/success',
    '/interaction/x',
    '/callback/dtc',
    '/errors/x',
    '/',
  ]) {
    const { headers, text } = await request({
      url: `${t.origin}${path}?${query}`,
      headers: { referer: evil },
    });
    expect(headers.location ?? '').not.toContain('evil.example');
    expect(text).not.toMatch(/(href|action|url)=["']?https:\/\/evil/i);
  }
});

describe('T38 nothing outside the request line says where we are', () => {
  test.each([
    ['Host: gw:80@evil.example'],
    ['Host: evil.example', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Port: 1'],
    ['Host: localhost', 'Forwarded: host=evil.example;proto=https', 'X-Forwarded-Prefix: /evil.example'],
    ['Host: localhost', 'X-Forwarded-Proto: javascript', 'X-Original-Host: evil.example'],
  ])('%s', async (...headers) => {
    for (const path of [
      '/.well-known/openid-configuration',
      '/device',
      '/auth?client_id=x',
      '/api/v2/REF30/profiles',
    ]) {
      const { text } = await sendLines(t.origin, [`GET ${path} HTTP/1.1`, ...headers]);
      expect(text).not.toMatch(/evil|javascript:/);
    }
  });

  test('the address of the device page and of its code', async () => {
    const { body } = await request({
      method: 'POST',
      url: `${t.origin}/device/auth`,
      headers: { host: 'evil.example' },
      form: { client_id: 'ref30-tv' },
    });
    expect(body['verification_uri']).toBe(`${t.origin}/device`);
    expect(String(body['verification_uri_complete'])).toMatch(new RegExp(`^${t.origin}/device\\?`));
  });

  test('two Host lines, none, and a target with a host of its own', async () => {
    const line = 'GET /.well-known/openid-configuration HTTP/1.1';
    expect((await sendLines(t.origin, [line, 'Host: localhost', 'Host: localhost'])).statuses).toEqual([400]);
    expect((await sendLines(t.origin, [line])).statuses).toEqual([400]);
    const absolute = 'GET http://evil.example/.well-known/openid-configuration HTTP/1.1';
    expect((await sendLines(t.origin, [absolute, 'Host: localhost'])).statuses).toEqual([404]);
  });
});

describe('T39 only the listed origins of an app may read its answers, and none with credentials', () => {
  const laptop = () => t.device('laptop');

  test('strangers, and spellings of a listed one', async () => {
    const device = laptop();
    const [listed = ''] = device.app.redirectUris.map((uri) => new URL(uri).origin);
    const others = [
      ...[
        'null',
        'https://evil.example',
        `${listed}.evil.example`,
        `${listed}0`,
        listed.replace('//', '//evil.'),
      ],
      ...[listed.toUpperCase(), `${listed}/`, listed.replace('http:', 'https:'), '*', `${listed}, ${listed}`],
    ];
    for (const origin of others)
      for (const [method, path] of [
        ['GET', '/api/v2/REF30/profiles'],
        ['OPTIONS', '/token'],
        ['OPTIONS', '/api/v2/REF30/profiles'],
      ] as const) {
        const headers = { origin, 'access-control-request-method': 'GET' };
        const answer = await device.send(path, { method, headers });
        expect([origin, answer.headers['access-control-allow-origin']]).toEqual([origin, undefined]);
      }
  });

  test('a listed one, of its own app', async () => {
    const device = laptop();
    await signInOnPhone(device, {
      browser: createBrowser({ stopsAt: device.app.redirectUris }),
      provider: 'dtc',
      user: t.user('ana'),
    });
    const [listed = ''] = device.app.redirectUris.map((uri) => new URL(uri).origin);
    for (const [caller, readable] of [
      [device, listed],
      [phone, undefined],
    ] as const) {
      const answer = await caller.call(`/${caller.serviceProvider}/profiles`, {
        headers: { origin: listed },
      });
      expect(answer.headers['access-control-allow-origin']).toBe(readable);
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      expect(answer.headers['vary']).toMatch(/origin/i);
    }
  });
});
