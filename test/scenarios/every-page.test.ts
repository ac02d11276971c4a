import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { everyPage } from '../support/every-page.ts';
import { motions, tooWide, violations, walkByKeyboard } from '../support/page-measures.ts';
import { startGateway } from '../support/start-gateway.ts';

/** Where to keep pictures of every page on every screen, if wanted. */
const pictures = process.env['SCREENSHOTS'];

const screens = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1366, height: 768 },
  tv: { width: 1920, height: 1080 },
} as const;

const schemes = ['light', 'dark'] as const;

const takePictures = async (page: Page, name: string): Promise<void> => {
  if (!pictures) return;
  for (const [screen, size] of Object.entries(screens))
    for (const colorScheme of schemes) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${pictures}/${name}-${screen}-${colorScheme}.png`, fullPage: true });
    }
};

/** What is wrong with a page, whoever looks at it, as lines. */
const faultsOf = async (page: Page): Promise<string[]> => {
  const faults: string[] = [];
  const note = (what: string, found: readonly string[]) =>
    faults.push(...found.map((line) => `${what}: ${line}`));
  await page.setViewportSize(screens.phone);
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    note(colorScheme, await violations(page));
  }
  const { operable, reached, unseen } = await walkByKeyboard(page);
  if (operable.join('\n') !== reached.join('\n'))
    note('keyboard', [`reaches ${reached.join(', ')}`, `should reach ${operable.join(', ')}`]);
  note('no visible focus', unseen);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  note('moves', await motions(page));
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.setViewportSize({ width: 320, height: 568 });
  note('too wide at 320 pixels', await tooWide(page));
  await page.evaluate(`document.documentElement.style.setProperty('font-size', '200%')`);
  note('too wide with text at 200 %', await tooWide(page));
  return faults;
};

describe.skipIf(!chromiumPath)('every page', () => {
  test.each(['en', 'de'])(
    'in %s is fit for everybody (WCAG 2.2 AA)',
    { timeout: 240_000 },
    async (locale) => {
      await using t = await startGateway();
      await using browser = await launchChromium();
      const context = await browser.newContext({ locale, viewport: screens.phone });
      const faults: string[] = [];
      for await (const { name, page } of everyPage(t, context)) {
        await takePictures(page, `${name}-${locale}`);
        faults.push(...(await faultsOf(page)).map((line) => `${name}: ${line}`));
      }
      expect(faults).toEqual([]);
    },
  );
});
