import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Messages } from '#src/web/messages';
import { english } from '#src/web/messages/en';
import { profileTypes } from '../support/answers.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { enterPassword, type Look, locales, openPhone, titled, words } from '../support/chromium-phone.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** The QR code up to the approval; reloads each page, where asked to. */
const approve = async (page: Page, url: string, texts: Messages, look: Look, reloads = false) => {
  const step = async (what: string): Promise<void> => {
    await look(what);
    if (reloads) await page.reload();
  };
  await page.goto(url);
  await step('code');
  await page.getByRole('button', { name: texts.codeSubmit, exact: true }).click();
  await step('sign-in');
  await page.getByRole('button', { name: texts.continueWith('DTC') }).click();
  await enterPassword(page, 'ana', 'ana-password');
  await page.getByRole('button', { name: texts.approve, exact: true }).waitFor();
  await step('approve');
  await page.getByRole('button', { name: texts.approve, exact: true }).click();
  await page.waitForLoadState();
};

const ask = (t: TestWorld) => {
  const tv = t.device('tv');
  return { tv, asked: tv.signIn.requestDeviceCode({ headers: tv.headers }) };
};

const unhurried = { adobe: { throttle: { perSecond: 1000, burst: 1000 } } };

test.skipIf(!chromiumPath).each(locales)(
  'in %s, on a phone: one scan up to the profile, with a reload at each step',
  { timeout: 120_000 },
  async (locale) => {
    await using t = await startGateway({ settings: unhurried });
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look, refused } = await openPhone(browser, { locale, pictures: 'scan-new' });
    const { tv, asked } = ask(t);
    const code = await asked;
    await approve(page, code.verificationUriComplete, text, look, true);
    await titled(page, text.tvProviderTitle);
    await look('providers');
    await page.reload();
    const choice = page.url();
    await page.getByRole('button', { name: 'Optimum' }).click();
    await page.waitForURL(`${t.simulator.origins.mvpd}/**`);
    await look('mvpd');
    await page.goto(choice);
    await look('finish');
    await page.reload();
    await page.getByRole('link', { name: text.finishContinue('Optimum') }).click();
    await page.waitForURL(`${t.simulator.origins.mvpd}/**`);
    await enterPassword(page, 'ana@cablevision.example', 'ana-tv');
    await titled(page, text.successTitle);
    await look('done');
    await page.reload();
    await titled(page, text.successTitle);

    tv.use(await tv.signIn.awaitTokens(code));
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
    expect(refused).toEqual([]);
    const sessions = (await t.control.requests()).filter(({ operation }) => operation === 'sessions.create');
    expect(sessions).toHaveLength(1);
  },
);

test.skipIf(!chromiumPath)(
  'on a phone: with a profile in the family the TV provider is never asked for',
  { timeout: 60_000 },
  async () => {
    await using t = await startGateway({ settings: unhurried });
    await t.logInAtMvpd(await t.signIn(t.device('phone'), 'ana', 'google'), 'ana', 'Cablevision');
    await using browser = await launchChromium();
    const { page, look, refused } = await openPhone(browser, { locale: 'en', pictures: 'scan-known' });
    const code = await ask(t).asked;
    await approve(page, code.verificationUriComplete, english, look);
    await titled(page, english.successTitle);
    await look('done');
    expect(refused).toEqual([]);
  },
);

test.skipIf(!chromiumPath).each(locales)(
  'in %s, on a phone: Adobe is down, and then is not',
  { timeout: 60_000 },
  async (locale) => {
    await using t = await startGateway({ settings: unhurried });
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look } = await openPhone(browser, { locale, pictures: 'scan-adobe-down' });
    await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'status', status: 503 } });
    const { tv, asked } = ask(t);
    const code = await asked;
    await approve(page, code.verificationUriComplete, text, look);
    await titled(page, text.providerDownTitle);
    await look('down');
    tv.use(await tv.signIn.awaitTokens(code));
    await t.control.clearFaults();
    await page.getByRole('link', { name: text.tryAgain }).click();
    await titled(page, text.tvProviderTitle);
  },
);

test.skipIf(!chromiumPath).each(locales)(
  'in %s, on a phone: the TV provider is down, and going back leads on',
  { timeout: 60_000 },
  async (locale) => {
    await using t = await startGateway({ settings: unhurried });
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look } = await openPhone(browser, { locale, pictures: 'scan-mvpd-down' });
    const { tv, asked } = ask(t);
    const code = await asked;
    await approve(page, code.verificationUriComplete, text, look);
    await titled(page, text.tvProviderTitle);
    await t.control.fault({ match: { party: 'mvpd' }, fault: { kind: 'status', status: 503 } });
    const failed = page.waitForResponse((response) => response.status() === 503);
    await page.getByRole('button', { name: 'Optimum' }).click();
    expect((await failed).url()).toContain(t.simulator.origins.mvpd);
    tv.use(await tv.signIn.awaitTokens(code));

    await page.goBack();
    await titled(page, text.finishTitle);
    await page.getByText(text.finishLead('Optimum')).waitFor();
    await look('back');
    await t.control.clearFaults();
    await page.getByRole('link', { name: text.finishContinue('Optimum') }).click();
    await page.waitForURL(`${t.simulator.origins.mvpd}/**`);
    await enterPassword(page, 'ana@cablevision.example', 'ana-tv');
    await titled(page, text.successTitle);
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
  },
);

test.skipIf(!chromiumPath).each(locales)(
  'in %s, on a phone: the identity provider is down, and another one leads on',
  { timeout: 60_000 },
  async (locale) => {
    await using t = await startGateway({ settings: unhurried });
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look } = await openPhone(browser, { locale, pictures: 'scan-dtc-down' });
    const { tv, asked } = ask(t);
    const code = await asked;
    await t.control.fault({ match: { party: 'dtc' }, fault: { kind: 'status', status: 503 } });
    await page.goto(code.verificationUriComplete);
    await page.getByRole('button', { name: text.codeSubmit, exact: true }).click();
    await page.getByRole('button', { name: text.continueWith('DTC') }).click();
    await titled(page, text.unavailableTitle);
    await page.getByText(text.unavailableLead).waitFor();
    await look('down');
    expect((await tv.signIn.poll(code)).body['error']).toBe('authorization_pending');

    await page.getByRole('button', { name: text.continueWith('Google') }).click();
    await page.getByRole('button', { name: t.user('ana').google.email }).click();
    await page.locator('[name=password]').fill('ana-password');
    await page.locator('button[type=submit], button:not([type])').first().click();
    await page.getByRole('button', { name: text.approve, exact: true }).click();
    await titled(page, text.tvProviderTitle);
    tv.use(await tv.signIn.awaitTokens(code));
  },
);
