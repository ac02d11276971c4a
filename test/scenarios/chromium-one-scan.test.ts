import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Messages } from '#src/web/messages';
import { german } from '#src/web/messages/de';
import { english } from '#src/web/messages/en';
import { profileTypes } from '../support/answers.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const words = { en: english, de: german } as const;

const logIn = async (page: Page, username: string, password: string): Promise<void> => {
  await page.locator('[name=username]').fill(username);
  await page.locator('[name=password]').fill(password);
  await page.locator('button[type=submit], button:not([type])').first().click();
};

/** A phone at which nothing that the pages' policy forbids happens, and pictures of what it shows, if wanted. */
const openPhone = async (
  browser: Awaited<ReturnType<typeof launchChromium>>,
  locale: keyof typeof words,
  name: string,
) => {
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ viewport, isMobile: true, hasTouch: true, locale });
  const page = await context.newPage();
  const refused: string[] = [];
  page.on('console', (message) => {
    const isPolicy = /Content Security Policy|Refused/.test(message.text());
    if (message.type() === 'error' && isPolicy) refused.push(message.text());
  });
  let shots = 0;
  const look = async (what: string): Promise<void> => {
    await page.waitForLoadState('networkidle');
    const folder = process.env['SCREENSHOTS'];
    shots += 1;
    if (folder) await page.screenshot({ path: `${folder}/scan-${locale}-${name}-${shots}-${what}.png` });
  };
  return { page, look, refused };
};

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
  await logIn(page, 'ana', 'ana-password');
  await page.getByRole('button', { name: texts.approve, exact: true }).waitFor();
  await step('approve');
  await page.getByRole('button', { name: texts.approve, exact: true }).click();
  await page.waitForLoadState();
};

type Look = (what: string) => Promise<void>;

const titled = (page: Page, title: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name: title }).waitFor();

const ask = (t: TestWorld) => {
  const tv = t.device('tv');
  return { tv, asked: tv.signIn.requestDeviceCode({ headers: tv.headers }) };
};

const unhurried = { adobe: { throttle: { perSecond: 1000, burst: 1000 } } };

test.skipIf(!chromiumPath).each(['en', 'de'] as const)(
  'in %s, on a phone: one scan up to the profile, with a reload at each step',
  { timeout: 120_000 },
  async (locale) => {
    await using t = await startGateway({ settings: unhurried });
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look, refused } = await openPhone(browser, locale, 'new');
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
    await logIn(page, 'ana@cablevision.example', 'ana-tv');
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
    const { page, look, refused } = await openPhone(browser, 'en', 'known');
    const code = await ask(t).asked;
    await approve(page, code.verificationUriComplete, english, look);
    await titled(page, english.successTitle);
    await look('done');
    expect(refused).toEqual([]);
  },
);

test.skipIf(!chromiumPath).each(['en', 'de'] as const)(
  'in %s, on a phone: Adobe is down, and then is not',
  { timeout: 60_000 },
  async (locale) => {
    await using t = await startGateway({ settings: unhurried });
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look } = await openPhone(browser, locale, 'down');
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
