import { createHash } from 'node:crypto';
import type { Browser } from '@kinpass/simulator/browser';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { seconds } from '#src/lib/clock';
import { newBrowser, redirectUri, type Stage, scan, startStage } from '../authorization-server/stage.ts';

const verifier = 'v'.repeat(43);
const month = 30 * 86_400;

const open = (stage: Stage, browser: Browser, more: Record<string, string> = {}) =>
  browser.open(
    `${stage.origin}/auth?${new URLSearchParams({
      client_id: 'web',
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    })}`,
  );

/** The claims of the ID Token for the code that the browser came back with. */
const claimsFor = async (stage: Stage, landed: URL) => {
  const code = landed.searchParams.get('code') ?? '';
  const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
  const { body } = await stage.token({ ...grant, client_id: 'web', code_verifier: verifier });
  return decodeJwt(body['id_token'] ?? '');
};

/** A viewer who entered credentials a month ago, in a browser that the provider and the gateway remember. */
const remembered = async (stage: Stage) => {
  const browser = newBrowser();
  stage.dtc.authTime = seconds(stage.clock.now()) - month;
  await open(stage, browser);
  await browser.submit({ button: 'Viewers account' });
  return browser;
};

test.each([
  [{ prompt: 'login' }, { prompt: 'login' }],
  [{ prompt: 'select_account' }, { prompt: 'select_account' }],
  [{ max_age: '60' }, { maxAge: 60 }],
  [{ max_age: '0' }, { prompt: 'login' }],
])('%o is asked of the provider, whatever the browser remembers', async (parameters, request) => {
  await using stage = await startStage();
  const browser = await remembered(stage);
  const page = await open(stage, browser, parameters as Record<string, string>);
  expect(page.text).toContain('Choose how you want to sign in');
  stage.dtc.authTime = seconds(stage.clock.now());
  const { url } = await browser.submit({ button: 'Viewers account' });
  expect(stage.dtc.requests.at(-1)).toEqual(request);
  expect(url.searchParams.get('code')).toEqual(expect.any(String));
});

test('auth_time is when the viewer entered credentials, not when they passed by', async () => {
  await using stage = await startStage();
  const browser = await remembered(stage);
  const authTime = stage.dtc.authTime;
  await open(stage, browser, { max_age: String(2 * month) });
  const { url } = await browser.submit({ button: 'Continue as' });
  expect(await claimsFor(stage, url)).toMatchObject({ auth_time: authTime });
});

test('a provider that does not say is taken to have asked when the viewer came back', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const returned = seconds(stage.clock.now());
  await open(stage, browser, { prompt: 'login' });
  const { url } = await browser.submit({ button: 'Viewers account' });
  await stage.clock.advance(30_000);
  expect(await claimsFor(stage, url)).toMatchObject({ auth_time: returned });
});

test('hints of the app reach the provider; a viewer who wants another account goes without', async () => {
  await using stage = await startStage();
  const hints = { login_hint: 'ana@viewers.example', ui_locales: 'en de', acr_values: 'phr' };
  const browser = newBrowser();
  await open(stage, browser, hints);
  await browser.submit({ button: 'Viewers account' });
  const passedOn = { uiLocales: ['en', 'de'], acrValues: ['phr'] };
  expect(stage.dtc.requests).toEqual([{ loginHint: 'ana@viewers.example', ...passedOn }]);
  await open(stage, browser, hints);
  await browser.click('Use another account');
  await browser.submit({ button: 'Viewers account' });
  expect(stage.dtc.requests.at(-1)).toEqual({ prompt: 'select_account', ...passedOn });
});

test.each([
  ['60', { maxAge: 60 }],
  ['0', { prompt: 'login' }],
])('a device may ask too: max_age=%s', async (max_age, request) => {
  await using stage = await startStage();
  const browser = await remembered(stage);
  const { body: device } = await stage.post('/device/auth', { client_id: 'tv', scope: 'openid', max_age });
  stage.dtc.authTime = seconds(stage.clock.now());
  await scan(device, browser);
  expect(stage.dtc.requests.at(-1)).toEqual(request);
  await browser.submit({ button: 'Approve' });
  expect((await stage.redeem(device['device_code'])).status).toBe(200);
});

test('prompt=none shows nothing', async () => {
  await using stage = await startStage();
  const errorOf = async (browser: Browser) =>
    (await open(stage, browser, { prompt: 'none' })).url.searchParams.get('error');
  expect(await errorOf(newBrowser())).toBe('login_required');
  expect(await errorOf(await remembered(stage))).toBe('consent_required');
});
