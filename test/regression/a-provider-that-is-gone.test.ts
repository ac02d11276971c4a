import { createBrowser } from '@kinpass/simulator/browser';
import { approveDevice, type Device, signInWith } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { refreshAt } from '../support/refresh-at.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { twoFamilies } from '../support/two-families.ts';

const refresh = async (t: TestWorld, device: Device) => {
  const { status, body } = await refreshAt(t.origin, device);
  return { status, error: body['error'], description: body['error_description'] };
};

const changes = [
  [
    'a provider is taken out of the family',
    twoFamilies({ providers: ['google'] }),
    'the identity provider of this sign-in is no longer used: sign in again',
  ],
  [
    'the app moves to another family',
    twoFamilies({ other: ['ref30-tv', 'ref30-web'] }),
    'the app belongs to another family now: sign in again',
  ],
] as const;

test.each(changes)('when %s, its sign-ins end, for good', async (_what, settings, description) => {
  await using t = await startGateway({ settings: twoFamilies() });
  const [tv, idle] = [await t.signIn(t.device('tv'), 'ana'), await t.signIn(t.device('tv'), 'ben')];
  const other = await t.signIn(t.device('tv'), 'chloe', 'google');
  await t.reconfigure(settings);
  expect(await refresh(t, idle)).toEqual({ status: 400, error: 'invalid_grant', description });
  expect((await tv.profiles()).status).toBe(401);
  expect((await tv.send('/me')).status).toBe(401);
  if (settings.apps[0]?.family === 'ref') expect((await other.profiles()).status).toBe(200);

  await t.reconfigure(twoFamilies());
  expect((await tv.profiles()).status).toBe(401);
  for (const device of [tv, idle])
    expect(await refresh(t, device)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test.each(changes)('when %s, the browser session is one no longer', async (_what, settings) => {
  await using t = await startGateway({ settings: twoFamilies() });
  const laptop = t.device('laptop');
  const browser = createBrowser({ stopsAt: laptop.app.redirectUris });
  await browser.open((await laptop.signIn.authorize()).url);
  await signInWith(browser, 'dtc', t.user('ana'));
  expect((await browser.open((await laptop.signIn.authorize()).url)).text).toContain('Continue as');
  await t.reconfigure(settings);
  const page = await browser.open((await laptop.signIn.authorize()).url);
  expect(page.text).toContain('Choose how you want to sign in');
  expect(page.text).not.toMatch(/@|DTC/);
});

test.each(changes)(
  'when %s, codes that were approved before are refused',
  async (_what, settings, description) => {
    await using t = await startGateway({ settings: twoFamilies() });
    const [laptop, tv] = [t.device('laptop'), t.device('tv')];
    const browser = createBrowser({ stopsAt: laptop.app.redirectUris });
    const authorization = await laptop.signIn.authorize();
    await browser.open(authorization.url);
    const landed = await signInWith(browser, 'dtc', t.user('ana'));
    const code = await tv.signIn.requestDeviceCode();
    await approveDevice(createBrowser(), code.verificationUriComplete, {
      provider: 'dtc',
      user: t.user('ana'),
    });

    await t.reconfigure(settings);
    await expect(authorization.redeem(landed.url)).rejects.toThrow(description);
    const { status, body } = await tv.signIn.poll(code);
    expect([status, body['error'], body['error_description']]).toEqual([400, 'invalid_grant', description]);
  },
);
