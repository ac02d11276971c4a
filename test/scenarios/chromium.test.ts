import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { profileTypes } from '../support/answers.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { startGateway } from '../support/start-gateway.ts';
import { twoFamilies } from '../support/two-families.ts';

test.skipIf(!chromiumPath)(
  'in a real browser: the phone lets the TV in, and Ana logs in at her TV provider',
  async () => {
    await using t = await startGateway();
    await using browser = await launchChromium();
    const tv = t.device('tv');
    const code = await tv.signIn.requestDeviceCode();
    const info = Buffer.from(tv.headers['x-device-info'] ?? '', 'base64').toString('utf8');
    const { model } = JSON.parse(info) as Record<string, unknown>;

    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
    const phone = await context.newPage();
    const refused: string[] = [];
    phone.on('console', (message) => {
      if (message.type() === 'error') refused.push(message.text());
    });
    const look = async (name: string) => {
      const folder = process.env['SCREENSHOTS'];
      await phone.waitForLoadState('networkidle');
      if (folder) await phone.screenshot({ path: `${folder}/${name}.png` });
    };

    await phone.goto(code.verificationUriComplete);
    await look('1-code');
    await phone.getByRole('button', { name: 'Continue' }).click();
    await look('2-providers');
    await phone.getByRole('button', { name: 'Continue with DTC' }).click();
    expect(new URL(phone.url()).origin).toBe(t.simulator.origins.dtc);
    await look('3-dtc');
    await phone.locator('[name=username]').fill('ana');
    await phone.locator('[name=password]').fill('ana-password');
    await phone.locator('button[type=submit], button:not([type])').first().click();
    await phone.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await phone.textContent('body')).toContain(code.userCode);
    expect(await phone.textContent('body')).not.toContain('ana@viewers.example');
    expect(await phone.textContent('body')).toContain(String(model));
    await look('4-approve');
    await phone.getByRole('button', { name: 'Approve' }).click();
    await phone.waitForLoadState();
    await look('5-done');

    tv.use(await tv.signIn.awaitTokens(code));
    const session = await tv.createSession({
      mvpd: 'Cablevision',
      domainName: 'adobe.com',
      redirectUrl: 'https://adobe.com/landed',
    });
    const landed = phone.waitForRequest('https://adobe.com/landed**');
    await phone.goto(tv.browserUrl(session));
    await look('6-mvpd');
    await phone.locator('[name=username]').fill('ana@cablevision.example');
    await phone.locator('[name=password]').fill('ana-tv');
    await phone.locator('button[type=submit], button:not([type])').first().click();
    await landed;

    expect(profileTypes(await tv.profileByCode(String(session.body['code'])))).toEqual({
      Cablevision: 'regular',
    });
    expect(refused).toEqual([]);
  },
);

const styleOf = async (page: Page, selector: string, property: string): Promise<string> =>
  String(await page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`));

const tv = { viewport: { width: 1920, height: 1080 }, hasTouch: true };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test.skipIf(!chromiumPath)(
  'on a TV the page is read from a sofa, and a remote shows where it is',
  async () => {
    await using t = await startGateway();
    await using browser = await launchChromium();
    const page = await (await browser.newContext(tv)).newPage();
    await page.goto(`${t.origin}/device`);
    for (const selector of ['p.lead', '.hint', 'label', 'button'])
      expect(Number.parseFloat(await styleOf(page, selector, 'fontSize'))).toBeGreaterThan(24);
    const card = await page.locator('.card').boundingBox();
    expect(card?.x).toBeGreaterThan(1920 * 0.05);
    expect(card?.y).toBeGreaterThan(1080 * 0.05);
    expect((card?.y ?? 0) + (card?.height ?? 0)).toBeLessThan(1080 * 0.95);
    await page.keyboard.press('Tab');
    expect(Number.parseFloat(await styleOf(page, ':focus', 'outlineWidth'))).toBeGreaterThan(6);
  },
);

test.skipIf(!chromiumPath)(
  'every screen, either scheme and either direction shows the whole page',
  async () => {
    const { families } = twoFamilies();
    const brand = {
      name: 'A family of apps with a rather long name',
      links: {
        terms: 'https://ref.example/terms',
        privacy: 'https://ref.example/privacy',
        help: 'https://ref.example',
      },
    };
    await using t = await startGateway({
      settings: { families: families.slice(0, 1).map((each) => ({ ...each, brand })) },
    });
    await using browser = await launchChromium();
    for (const [screen, options] of Object.entries({
      phone,
      laptop: { viewport: { width: 1366, height: 768 } },
      tv,
    })) {
      const page = await (await browser.newContext({ ...options, locale: 'de' })).newPage();
      await page.goto((await t.device('laptop').signIn.authorize()).url.href);
      for (const colorScheme of ['light', 'dark'] as const)
        for (const direction of ['ltr', 'rtl']) {
          await page.emulateMedia({ colorScheme });
          await page.evaluate(`document.documentElement.dir = '${direction}'`);
          const width = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect(width, `${screen} ${direction}`).toBeLessThanOrEqual(0);
          const folder = process.env['SCREENSHOTS'];
          if (folder)
            await page.screenshot({ path: `${folder}/choice-${screen}-${colorScheme}-${direction}.png` });
        }
    }
  },
);

test.skipIf(!chromiumPath)(
  "a brand's own style sheet is applied, and loads nothing from elsewhere",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kinpass-brand-'));
    const stylesheet = join(folder, 'own.css');
    writeFileSync(
      stylesheet,
      `@import url(https://elsewhere.example/more.css);
    @font-face { font-family: Elsewhere; src: url(https://elsewhere.example/font.woff2) }
    .card { background: rgb(1, 2, 3) url(https://elsewhere.example/pixel.png); font-family: Elsewhere }`,
    );
    const { families } = twoFamilies();
    const brand = { stylesheet };
    await using t = await startGateway({
      settings: { families: families.slice(0, 1).map((each) => ({ ...each, brand })) },
    });
    await using browser = await launchChromium();
    const page = await browser.newPage();
    const answered: string[] = [];
    page.on('response', (response) => answered.push(new URL(response.url()).origin));
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    await page.goto(`${t.origin}/device`, { waitUntil: 'networkidle' });
    rmSync(folder, { recursive: true });
    expect(await styleOf(page, '.card', 'backgroundColor')).toBe('rgb(1, 2, 3)');
    expect(new Set(answered)).toEqual(new Set([t.origin]));
    for (const what of ['more.css', 'font.woff2', 'pixel.png'])
      expect(refused.some((text) => text.includes(what) && text.includes('Content Security Policy'))).toBe(
        true,
      );
  },
);
