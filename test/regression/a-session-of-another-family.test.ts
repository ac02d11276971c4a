import { createBrowser } from '@kinpass/simulator/browser';
import { approveDevice, signInWith } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { twoFamilies } from '../support/two-families.ts';

const other = ['ref40-phone'];

/** A browser in which Ana has signed in to an app of the family `ref`. */
const anasBrowser = async (t: TestWorld) => {
  const [laptop, phone] = [t.device('laptop'), t.device('phone')];
  const stopsAt = [...laptop.app.redirectUris, ...phone.app.redirectUris];
  const browser = createBrowser({ address: '198.51.100.7', stopsAt });
  const request = await laptop.signIn.authorize();
  await browser.open(request.url);
  const landed = await signInWith(browser, 'dtc', t.user('ana'));
  await request.redeem(landed.url);
  return { browser, laptop, phone };
};

test('an app of another family shows nothing of the account, and asks for a provider of its own', async () => {
  await using t = await startGateway({ settings: twoFamilies({ other }) });
  const { browser, phone } = await anasBrowser(t);
  const page = await browser.open((await phone.signIn.authorize()).url);
  expect(page.text).toContain('Choose how you want to sign in');
  expect(page.text).not.toMatch(/@|DTC|Continue as/);
  expect(page.text).toContain('Continue with Google');
});

test('who signs in there has another account, on tokens, userinfo and calls', async () => {
  await using t = await startGateway({ settings: twoFamilies({ other }) });
  const { browser, laptop, phone } = await anasBrowser(t);
  const me = async (accessToken: string | undefined) =>
    (await phone.send('/me', { headers: { authorization: `Bearer ${accessToken}` } })).body['sub'];
  const request = await phone.signIn.authorize();
  await browser.open(request.url);
  const tokens = await request.redeem((await signInWith(browser, 'google', t.user('ana'))).url);
  expect(await me(tokens.accessToken)).toEqual(expect.any(String));
  const again = await laptop.signIn.authorize();
  const page = await browser.open(again.url);
  expect(page.text).toContain('Choose how you want to sign in');
});

test('a device of another family is not approved by the session either', async () => {
  await using t = await startGateway({ settings: twoFamilies({ other: ['ref30-tv'] }) });
  const { browser } = await anasBrowser(t);
  const tv = t.device('tv');
  const code = await tv.signIn.requestDeviceCode();
  await browser.open(code.verificationUriComplete);
  const page = await browser.submit({ button: 'Continue' });
  expect(page.text).toContain('Choose how you want to sign in');
  await approveDevice(browser, code.verificationUriComplete, { provider: 'google', user: t.user('ben') });
  tv.use(await tv.signIn.awaitTokens(code));
  expect((await tv.profiles()).status).toBe(200);
});

test('an app that moves while its viewer is asked to continue asks again', async () => {
  await using t = await startGateway({ settings: twoFamilies() });
  const { browser, phone } = await anasBrowser(t);
  const page = await browser.open((await phone.signIn.authorize()).url);
  expect(page.text).toContain('Continue as');
  await t.reconfigure(twoFamilies({ other }));
  expect(await browser.submit({ on: page, button: 'Continue as' })).toMatchObject({ status: 400 });
  expect((await browser.open(page.url)).text).toContain('Choose how you want to sign in');
});
