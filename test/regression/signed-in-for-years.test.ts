import { createBrowser } from '@kinpass/simulator/browser';
import { signInWith } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import { refreshAt } from '../support/refresh-at.ts';
import { startGateway } from '../support/start-gateway.ts';

const day = 86_400_000;

test('however often it is refreshed, a sign-in ends', async () => {
  const clock = createManualClock(Date.now());
  await using t = await startGateway({ overrides: { clock } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  for (let days = 100; days < 400; days += 100) {
    await clock.leap(100 * day);
    tv.use(await tv.signIn.refresh(String(tv.tokens?.refreshToken)));
  }
  await clock.leap(100 * day);
  const answer = await refreshAt(t.origin, tv);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({
    error: 'invalid_grant',
    error_description: 'the sign-in has reached its longest lifetime: sign in again',
  });
});

test('an access token does not outlive its sign-in', async () => {
  const clock = createManualClock(Date.now());
  const signIn = { pollingInterval: '0s', signInLifetime: '1h', accessTokenLifetime: '24h' };
  await using t = await startGateway({ overrides: { clock }, settings: { signIn } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  expect((await tv.profiles()).status).toBe(200);
  await clock.leap(3_600_000);
  expect((await tv.profiles()).status).toBe(401);
  expect((await tv.send('/me')).status).toBe(401);
});

test('however often it is used, a browser session ends; unused, it ends earlier', async () => {
  const clock = createManualClock(Date.now());
  await using t = await startGateway({ overrides: { clock } });
  const laptop = t.device('laptop');
  const start = async () => {
    const browser = createBrowser({ stopsAt: laptop.app.redirectUris });
    await browser.open((await laptop.signIn.authorize()).url);
    await signInWith(browser, 'dtc', t.user('ana'));
    return async () => (await browser.open((await laptop.signIn.authorize()).url)).text;
  };
  const [used, idle] = [await start(), await start()];
  for (let days = 10; days < 90; days += 10) {
    await clock.leap(10 * day);
    expect(await used()).toContain('Continue as');
  }
  expect(await idle()).toContain('Choose how you want to sign in');
  await clock.leap(10 * day);
  expect(await used()).toContain('Choose how you want to sign in');
});
