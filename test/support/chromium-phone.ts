import type { Browser, Page } from 'playwright-core';
import { german } from '#src/web/messages/de';
import { english } from '#src/web/messages/en';

export const words = { en: english, de: german } as const;

export const locales = ['en', 'de'] as const;

/** Keeps a picture of what is shown, if wanted. */
export type Look = (what: string) => Promise<void>;

interface Phone {
  readonly locale: keyof typeof words;
  /** Begins the names of its pictures. */
  readonly pictures: string;
}

/** A phone on which nothing happens that the pages' policy forbids. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">
<rect width="200" height="60" fill="#dde3ff"/><text x="100" y="44" font-size="42" text-anchor="middle">LOGO</text></svg>`;

export const openPhone = async (browser: Browser, { locale, pictures }: Phone) => {
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ viewport, isMobile: true, hasTouch: true, locale });
  // Those of TV providers are elsewhere.
  await context.route(/^https:.*/, (route) =>
    route.request().resourceType() === 'image'
      ? route.fulfill({ contentType: 'image/svg+xml', body: logo })
      : route.continue(),
  );
  const page = await context.newPage();
  const refused: string[] = [];
  page.on('console', (message) => {
    const isPolicy = /Content Security Policy|Refused/.test(message.text());
    if (message.type() === 'error' && isPolicy) refused.push(message.text());
  });
  let shots = 0;
  const look: Look = async (what) => {
    await page.waitForLoadState('networkidle');
    const folder = process.env['SCREENSHOTS'];
    shots += 1;
    if (folder) await page.screenshot({ path: `${folder}/${pictures}-${locale}-${shots}-${what}.png` });
  };
  return { page, look, refused };
};

export const titled = (page: Page, title: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name: title }).waitFor();

/** On the page of an identity provider, or of a TV provider. */
export const enterPassword = async (page: Page, username: string, password: string): Promise<void> => {
  await page.locator('[name=username]').fill(username);
  await page.locator('[name=password]').fill(password);
  await page.locator('button[type=submit], button:not([type])').first().click();
};
