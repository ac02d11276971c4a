import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { demoGuide } from '#src/cli/demo/guide';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { everyPage, pagesOfSome, type Stop } from '../support/every-page.ts';
import { motions, tooWide, violations, walkByKeyboard } from '../support/page-measures.ts';
import { stopsOf } from '../support/page-modules.ts';
import { startGateway } from '../support/start-gateway.ts';
import { twoFamilies } from '../support/two-families.ts';

/** Where to keep pictures of every page, if wanted. */
const pictures = process.env['SCREENSHOTS'];

/** A TV has nothing to hover with; a browser on a desk pretends that by touch. */
const screens = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  laptop: { viewport: { width: 1366, height: 768 }, isMobile: false, hasTouch: false },
  tv: { viewport: { width: 1920, height: 1080 }, isMobile: true, hasTouch: true },
} as const;

const schemes = ['light', 'dark'] as const;

/** What is wrong with the page as it is, as lines. */
const faultsOf = async (page: Page): Promise<string[]> => {
  const faults: string[] = [];
  const note = (what: string, found: readonly string[]) =>
    faults.push(...found.map((line) => `${what}: ${line}`));
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
  note('too wide', await tooWide(page));
  return faults;
};

/** What is wrong with it in a window of 320 pixels, and there with text of twice the size (WCAG 1.4.4, 1.4.10). */
const faultsOfZoomed = async (page: Page): Promise<string[]> => {
  await page.setViewportSize({ width: 320, height: 568 });
  const narrow = await tooWide(page);
  await page.evaluate(`document.documentElement.style.setProperty('font-size', '200%')`);
  const large = await tooWide(page);
  return [
    ...narrow.map((line) => `too wide at 320 pixels: ${line}`),
    ...large.map((line) => `too wide with text at 200 %: ${line}`),
  ];
};

const takePictures = async (page: Page, name: string): Promise<void> => {
  if (!pictures) return;
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${pictures}/${name}-${colorScheme}.png`, fullPage: true });
  }
};

type Tour = readonly [screen: keyof typeof screens, locale: string];

/** Each screen and scheme, each with another language; for pictures, every screen in two. */
const tours: readonly Tour[] = pictures
  ? (['phone', 'laptop', 'tv'] as const).flatMap((screen): Tour[] => [
      [screen, 'en'],
      [screen, 'de'],
    ])
  : [
      ['phone', 'en'],
      ['laptop', 'zh-TW'],
      ['tv', 'de'],
    ];

test('the walk knows every module of pages', () => {
  const modules = readdirSync(join(import.meta.dirname, '../../src/web/pages'));
  expect(Object.keys(stopsOf).sort()).toEqual(modules.map((file) => file.replace(/\.ts$/, '')).sort());
  for (const [module, stops] of Object.entries(stopsOf)) expect(stops, module).not.toEqual([]);
});

describe.skipIf(!chromiumPath)('every page', () => {
  test.each(tours)(
    'on a %s, in %s, is fit for everybody (WCAG 2.2 AA)',
    { timeout: 240_000 },
    async (screen, locale) => {
      await using t = await startGateway();
      await using demo = await startGateway({
        guide: demoGuide,
        settings: twoFamilies({ other: ['ref30-tv'] }),
      });
      await using browser = await launchChromium();
      const context = await browser.newContext({ locale, ...screens[screen] });
      const faults: string[] = [];
      const visited: string[] = [];
      const visit = async ({ name, page }: Stop) => {
        visited.push(name);
        await takePictures(page, `${name}-${screen}-${locale}`);
        const found = await faultsOf(page);
        if (screen === 'laptop') found.push(...(await faultsOfZoomed(page)));
        await page.setViewportSize(screens[screen].viewport);
        faults.push(...found.map((line) => `${name}: ${line}`));
      };
      for await (const stop of pagesOfSome(demo, context)) await visit(stop);
      for await (const stop of everyPage(t, context)) await visit(stop);
      expect(faults).toEqual([]);
      expect(visited.sort()).toEqual(Object.values(stopsOf).flat().sort());
    },
  );
});
