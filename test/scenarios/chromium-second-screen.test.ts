import { expect, test } from 'vitest';
import { profileTypes } from '../support/answers.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { enterPassword, locales, openPhone, titled, words } from '../support/chromium-phone.ts';
import { start } from '../support/one-scan.ts';

test.skipIf(!chromiumPath).each(locales)(
  'in %s, on a phone: the code of a TV is typed, and its viewer logs in at the TV provider',
  { timeout: 120_000 },
  async (locale) => {
    await using t = await start();
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look, refused } = await openPhone(browser, { locale, pictures: 'second-screen' });
    const tv = t.device('tv', { id: 'a plain TV', address: '203.0.113.44' });
    await tv.register();
    const { body } = await tv.call('/REF30/sessions', { method: 'POST', form: {} });
    const code = String(body['code']);

    await page.goto(`${t.origin}/activate`);
    await titled(page, text.codeTitle);
    await look('empty');
    await page.locator('[name=user_code]').fill('WRONG12');
    await page.getByRole('button', { name: text.codeSubmit, exact: true }).click();
    await page.getByRole('alert').waitFor();
    await look('refused');
    await page.locator('[name=user_code]').fill(code.toLowerCase());
    await look('typed');
    await page.getByRole('button', { name: text.codeSubmit, exact: true }).click();

    await titled(page, text.tvProviderTitle);
    await look('providers');
    const choice = page.url();
    await page.getByRole('button', { name: 'Optimum' }).click();
    await page.waitForURL(`${t.simulator.origins.mvpd}/**`);
    await look('mvpd');

    await page.goto(`${choice}/done`);
    await titled(page, text.waitingTitle);
    await look('waiting');
    await page.getByRole('link', { name: text.chooseAgain }).click();
    await titled(page, text.tvProviderTitle);
    await look('used-before');
    await page.getByRole('button', { name: 'Optimum' }).click();
    await page.waitForURL(`${t.simulator.origins.mvpd}/**`);
    await enterPassword(page, 'ana@cablevision.example', 'ana-tv');
    await titled(page, text.successTitle);
    await look('done');
    await page.reload();
    await titled(page, text.successTitle);

    expect(profileTypes(await tv.profileByCode(code))).toEqual({ Cablevision: 'regular' });
    expect(refused).toEqual([]);
  },
);

test.skipIf(!chromiumPath).each(locales)(
  'in %s, on a phone: Adobe is down when the code is typed, and again when the TV provider is chosen',
  { timeout: 120_000 },
  async (locale) => {
    await using t = await start();
    await using browser = await launchChromium();
    const text = words[locale];
    const { page, look } = await openPhone(browser, { locale, pictures: 'second-screen-down' });
    const tv = t.device('tv', { id: 'a plain TV', address: '203.0.113.44' });
    await tv.register();
    const { body } = await tv.call('/REF30/sessions', { method: 'POST', form: {} });
    const enter = async () => {
      await page.locator('[name=user_code]').fill(String(body['code']));
      await page.getByRole('button', { name: text.codeSubmit, exact: true }).click();
    };
    const fail = (operation: string) =>
      t.control.fault({ match: { operation }, fault: { kind: 'status', status: 503 } });
    const recover = async () => {
      await t.control.clearFaults();
      await page.getByRole('link', { name: text.tryAgain }).click();
    };

    await page.goto(`${t.origin}/activate`);
    await fail('sessions.get');
    await enter();
    await titled(page, text.failureTitle);
    await look('code');
    await recover();
    await enter();
    await titled(page, text.tvProviderTitle);

    await fail('sessions.resume');
    await page.getByRole('button', { name: 'Optimum' }).click();
    await titled(page, text.failureTitle);
    await look('choice');
    await recover();
    await page.getByRole('button', { name: 'Optimum' }).click();
    await page.waitForURL(`${t.simulator.origins.mvpd}/**`);
    await enterPassword(page, 'ana@cablevision.example', 'ana-tv');
    await titled(page, text.successTitle);
  },
);
