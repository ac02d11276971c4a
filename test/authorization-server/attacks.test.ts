import { createBrowser } from '@kinpass/simulator/browser';
import { request } from '@kinpass/simulator/client';
import got from 'got';
import { describe, expect, test } from 'vitest';
import {
  authorizeUrl,
  cookieHeader,
  newBrowser,
  redirectUri,
  type Stage,
  scan,
  signInDevice,
  startStage,
} from './stage.ts';

/** A viewer chose a provider, and the browser is about to come back from it. */
const beforeCallback = async (stage: Stage) => {
  const browser = createBrowser({ stopsAt: [redirectUri, `${stage.origin}/callback/dtc`] });
  await browser.open(authorizeUrl(stage));
  const { url } = await browser.submit({ button: 'Viewers account' });
  return { browser, callback: url };
};

describe('the way back from an identity provider', () => {
  test('works once', async () => {
    await using stage = await startStage();
    const { browser, callback } = await beforeCallback(stage);
    await browser.open(callback);
    const again = await browser.open(callback);
    expect(again.status).toBe(400);
    expect(again.text).toContain('This sign-in has ended');
    expect(stage.dtc.completed).toBe(1);
    expect(stage.seen.opened).toHaveLength(1);
  });

  test('redeems the code at the provider once, however many return at the same time', async () => {
    await using stage = await startStage();
    const { browser, callback } = await beforeCallback(stage);
    const pages = await Promise.all([browser.open(callback), browser.open(callback)]);
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(1);
    expect(stage.dtc.completed).toBe(1);
    expect(stage.seen.opened).toHaveLength(1);
  });

  test('works only in the browser that began', async () => {
    await using stage = await startStage();
    for (const victim of [newBrowser(), (await beforeCallback(stage)).browser]) {
      const { callback } = await beforeCallback(stage);
      expect((await victim.open(callback)).status).toBe(400);
    }
    expect(stage.dtc.completed).toBe(0);
    expect(stage.viewers.size).toBe(0);
  });

  test('is refused at the callback of another provider', async () => {
    await using stage = await startStage();
    const { browser, callback } = await beforeCallback(stage);
    callback.pathname = '/callback/google';
    expect((await browser.open(callback)).status).toBe(400);
    expect(stage.google.completed + stage.dtc.completed).toBe(0);
  });

  test('needs the state that went out', async () => {
    await using stage = await startStage();
    const { browser, callback } = await beforeCallback(stage);
    const code = callback.searchParams.get('code') ?? '';
    for (const search of [`?code=${code}`, `?code=${code}&state=x`, `?code=${code}&state=a&state=b`, '?'])
      expect((await browser.open(new URL(search, callback))).status).toBe(400);
    expect(stage.dtc.completed).toBe(0);
  });

  test('is over after ten minutes', async () => {
    await using stage = await startStage();
    const { browser, callback } = await beforeCallback(stage);
    await stage.clock.advance(600_000);
    expect((await browser.open(callback)).text).toContain('This sign-in has ended');
  });

  test.each([
    ['sign_in_refused', 403, 'Choose again'],
    ['sign_in_unfinished', 403, 'Try again'],
    ['identity_rejected', 401, 'Try again'],
    ['identity_provider_unavailable', 503, 'Try again'],
  ] as const)('tells %s, and how to go on', async (code, status, label) => {
    await using stage = await startStage();
    const { browser, callback } = await beforeCallback(stage);
    stage.dtc.fails = code;
    const page = await browser.open(callback);
    expect(page.status).toBe(status);
    expect(page.text).toContain(label);
    const link = page.root.querySelector('a.button')?.getAttribute('href') ?? '';
    await browser.open(new URL(link, page.url));
    stage.dtc.fails = undefined;
    const { url } = await browser.submit({ button: 'Viewers account' });
    const done = await browser.open(url);
    expect(done.url.searchParams.get('code')).toBeTruthy();
  });

  test('cancelled there, the viewer may stop here too', async () => {
    await using stage = await startStage();
    const { browser, callback } = await beforeCallback(stage);
    stage.dtc.fails = 'sign_in_refused';
    await browser.open(callback);
    const end = await browser.submit({ button: 'Cancel' });
    expect(end.url.searchParams.get('error')).toBe('access_denied');
  });
});

describe('forms from elsewhere', () => {
  const foreign = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'content-type': 'text/plain' },
  ];

  test('approve nothing', async () => {
    await using stage = await startStage();
    const device = await stage.startDevice();
    const phone = newBrowser();
    const question = await scan(device, phone);
    for (const headers of foreign)
      expect((await phone.submit({ on: question, button: 'Approve', headers })).status).toBe(403);
    for (const csrf of ['', 'x', 'A'.repeat(43)])
      expect((await phone.submit({ on: question, button: 'Approve', fields: { csrf } })).status).toBe(403);
    const fields = { filler: 'x'.repeat(5_000) };
    const large = await phone.submit({ on: question, button: 'Approve', fields });
    expect(large.status).toBe(403);
    expect((await phone.open(large.url)).status).toBe(405);
    expect(stage.seen.opened).toEqual([]);
    expect((await stage.redeem(device['device_code'])).body.error).toBe('authorization_pending');
    await phone.submit({ on: question, button: 'Approve' });
    expect(stage.seen.opened).toHaveLength(1);
  });

  test('enter no code, and sign nobody out', async () => {
    await using stage = await startStage();
    const phone = newBrowser();
    await signInDevice(stage, phone);
    const device = await stage.startDevice();
    const form = await phone.open(device['verification_uri_complete'] ?? '');
    const signOut = await phone.open(`${stage.origin}/session/end`);
    for (const headers of foreign.slice(0, 2)) {
      expect((await phone.submit({ on: form, button: 'Continue', headers })).status).toBe(403);
      expect((await phone.submit({ on: signOut, button: 'Sign out', headers })).status).toBe(403);
    }
    expect((await phone.submit({ on: signOut, button: 'Sign out', fields: { xsrf: 'x' } })).status).toBe(400);
    expect((await scan(device, phone)).text).toContain('a••@viewers.example');
  });

  test('the forms of one interaction are not those of another', async () => {
    await using stage = await startStage();
    const browser = newBrowser();
    const [first, second] = [
      await browser.open(authorizeUrl(stage)),
      await browser.open(authorizeUrl(stage)),
    ];
    const csrf = first.root.querySelector('input[name=csrf]')?.getAttribute('value') ?? '';
    expect(csrf).not.toBe('');
    expect((await browser.submit({ on: second, button: 'Cancel', fields: { csrf } })).status).toBe(403);
    const stranger = newBrowser();
    expect((await stranger.submit({ on: second, button: 'Cancel' })).status).toBe(400);
  });

  test('a button pressed twice decides once', async () => {
    await using stage = await startStage();
    const device = await stage.startDevice();
    const phone = newBrowser();
    const question = await scan(device, phone);
    const press = () => phone.submit({ on: question, button: 'Approve' });
    await Promise.all([press(), press(), press()]);
    expect(stage.seen.opened).toHaveLength(1);
  });
});

test('whatever Host and forwarding headers come, every URL is on the public origin', async () => {
  const publicOrigin = 'https://sso.example.com';
  await using stage = await startStage({ publicOrigin });
  const headers = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'javascript',
    'x-forwarded-prefix': '/evil',
  };
  const { body: device } = await stage.post('/device/auth', { client_id: 'tv' }, headers);
  expect(device.verification_uri).toBe(`${publicOrigin}/device`);
  const metadata = await got(`${stage.origin}/.well-known/openid-configuration`, { headers }).text();
  expect(metadata).not.toContain('evil');
  expect(JSON.parse(metadata).token_endpoint).toBe(`${publicOrigin}/token`);
  const answer = await got(authorizeUrl(stage), { headers, followRedirect: false });
  expect(answer.headers.location).toMatch(/^\/interaction\/[\w-]+$/);
  const cookies = answer.headers['set-cookie'] ?? [];
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^__Secure-kinpass_(interaction|resume)(\.sig)?=/);
    expect(cookie).toMatch(/; secure; httponly/i);
    expect(cookie).toMatch(/; samesite=lax/i);
    expect(cookie).not.toMatch(/; domain=/i);
  }
  const page = await got(`${stage.origin}/device`, { headers });
  expect(
    page.headers['set-cookie']?.every((cookie) => /^__Host-kinpass_browser=[\w-]{43}; path=\/;/.test(cookie)),
  ).toBe(true);
  expect(page.headers['strict-transport-security']).toBeDefined();
});

test('on https the transaction cookie is bound to this host, short-lived and opaque', async () => {
  await using stage = await startStage({ publicOrigin: 'https://sso.example.com' });
  const begun = await request({ url: authorizeUrl(stage) });
  const cookie = (begun.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
  const browser = createBrowser({ followRedirects: false });
  await browser.open(new URL(begun.headers.location ?? '', stage.origin), { cookie });
  const answer = await browser.submit({ button: 'Viewers account', headers: { cookie } });
  expect(answer.status).toBe(303);
  expect(answer.headers['cache-control']).toBe('no-store');
  const [set = ''] = answer.headers['set-cookie'] ?? [];
  expect(set).toMatch(
    /^__Host-kinpass_transaction=[\w-]{43}; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i,
  );
});

test('a session fixed before the sign-in is worthless after it', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  await phone.open(`${stage.origin}/session/end`);
  const fixed = cookieHeader(phone, stage.origin);
  expect(fixed).toContain('kinpass_session=');
  await signInDevice(stage, phone);
  const attacker = await request({ url: `${stage.origin}/session/end`, headers: { cookie: fixed } });
  expect(cookieHeader(phone, stage.origin)).not.toContain(fixed.split('; ')[0]);
  expect(attacker.headers['set-cookie']?.join()).not.toContain(fixed.split('; ')[0]);
});

test('other spellings of our paths are not ours', async () => {
  await using stage = await startStage();
  for (const path of [
    '/DEVICE?user_code=BBBBB-BBBBB',
    '/device/',
    '/Token',
    '/%64evice',
    '/device;x',
    '/interaction/a/b',
  ])
    expect(await got(`${stage.origin}${path}`, { throwHttpErrors: false }).text()).toBe('somebody else');
  const wrong = await got.put(`${stage.origin}/token`, { throwHttpErrors: false });
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'POST']);
});

test('no origin may read our answers, unless the listener says so', async () => {
  await using stage = await startStage();
  for (const origin of ['https://evil.example', 'null']) {
    const { headers, status } = await stage.post('/device/auth', { client_id: 'tv' }, { origin });
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

const hostile = `"><svg/onload=1>'<script>alert(1)</script>`;

test('what comes from outside is shown as text', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const form = await browser.open(`${stage.origin}/device`);
  stage.dtc.user = hostile;
  const pages = [
    await browser.open(`${stage.origin}/device?user_code=${encodeURIComponent(hostile)}`),
    await browser.submit({ on: form, fill: { user_code: hostile } }),
    await browser.open(authorizeUrl(stage, { redirect_uri: hostile, client_id: hostile })),
    await browser.open(authorizeUrl(stage, { redirect_uri: hostile, scope: hostile, state: hostile })),
    await browser.open(
      `${stage.origin}/callback/dtc?state=${encodeURIComponent(hostile)}&error=${encodeURIComponent(hostile)}`,
    ),
    await scan(await stage.startDevice(), browser),
  ];
  for (const page of pages) {
    expect(page.html).not.toMatch(/<svg|<script|onload=1>/);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
  }
});

test('every page is locked down and holds no secret', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const device = await stage.startDevice();
  const code = await browser.open(device['verification_uri_complete'] ?? '');
  const choice = await browser.submit({ button: 'Continue' });
  const question = await browser.submit({ button: 'Viewers account' });
  const done = await browser.submit({ button: 'Approve' });
  const tokens = (await stage.redeem(device['device_code'])).body;
  const cookies = browser.cookies(stage.origin).map(({ value }) => value);
  for (const { headers, html } of [code, choice, question, done]) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'[^;]*; frame-ancestors 'none'; base-uri 'none'/,
      ),
    });
    expect(html).not.toContain(device['device_code']);
    for (const secret of [...cookies, tokens.access_token, tokens.refresh_token])
      expect(html).not.toContain(secret);
  }
  expect(question.headers['content-security-policy']).toContain("form-action 'self';");
  expect(stage.seen.logged).toEqual([]);
});

test('signing out ends the browser session and leaves the TV alone', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  const tokens = await signInDevice(stage, phone);
  const old = cookieHeader(phone, stage.origin);
  await phone.open(`${stage.origin}/session/end`);
  const page = await phone.submit({ button: 'Sign out' });
  expect(page.text).toContain('You are signed out');
  expect(await stage.authenticate(tokens['access_token'] ?? '')).toBeDefined();
  const device = await stage.startDevice();
  await phone.open(device['verification_uri_complete'] ?? '');
  const replayed = await phone.submit({ button: 'Continue', headers: { cookie: old } });
  expect(replayed.text).not.toContain('a••@viewers.example');
  expect((await phone.open(`${stage.origin}/session/end`)).html).not.toContain('<script');
});
