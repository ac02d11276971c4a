import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { brandSchema } from '#src/config/schema/brand';
import { palettesOf } from '#src/lib/palette';
import { type Brand, inLanguage } from '#src/web/brand';
import { html } from '#src/web/html';
import { layout } from '#src/web/layout';
import { languages } from '#src/web/messages';
import { english } from '#src/web/messages/en';
import { french } from '#src/web/messages/fr';
import { stylesheet } from '#src/web/stylesheet';

const page = { title: 'Connect your TV', body: html`<p>…</p>` };
const brand: Brand = {
  name: { en: 'Ref <Stream>', fr: 'Réf' },
  stylesheets: ['/assets/1/style', '/assets/2/custom'],
  links: {
    terms: 'https://ref.example/terms',
    help: { fr: 'https://ref.example/aide', en: 'https://ref.example/help' },
  },
};

const shown = (texts: typeof english, of: Brand = brand) => parse(layout(texts, of, page));

test('a page shows name, styles and links of its brand, in the language of the viewer', () => {
  const [inEnglish, inFrench] = [shown(english), shown(french)];
  expect(inEnglish.querySelector('header')?.text.trim()).toBe('Ref <Stream>');
  expect(inFrench.querySelector('header')?.text.trim()).toBe('Réf');
  expect(inFrench.querySelector('title')?.text).toBe('Connect your TV · Réf');
  expect(inEnglish.querySelectorAll('link[rel=stylesheet]').map((link) => link.getAttribute('href'))).toEqual(
    brand.stylesheets,
  );
  expect(inFrench.querySelectorAll('footer a').map((a) => [a.getAttribute('href'), a.text])).toEqual([
    ['https://ref.example/terms', french.terms],
    ['https://ref.example/aide', french.help],
  ]);
});

test('without a brand there is no header, no footer, and no name of ours', () => {
  const bare = shown(english, { stylesheets: [], links: {} });
  expect(bare.querySelector('header, footer')).toBeNull();
  expect(bare.querySelector('title')?.text).toBe('Connect your TV');
  expect(bare.toString()).not.toMatch(/kinpass/i);
});

test('a text of one language is shown in the others too', () => {
  expect(inLanguage({ es: 'uno', ko: 'two' }, 'fr')).toBe('uno');
  expect(inLanguage({ es: 'uno', en: 'one' }, 'fr')).toBe('one');
});

test('a brand may have a name in every language of the pages', () => {
  const name = Object.fromEntries(languages.map(({ texts }) => [texts.language, 'REF']));
  expect(brandSchema.parse({ name }).name).toEqual(name);
});

const css = stylesheet(palettesOf({ accent: '#e50914' }));

test('the style sheet mirrors in right-to-left languages', () => {
  expect(css).not.toMatch(/\b(left|right)\b/i);
  // Four different values name the sides without saying so.
  expect(css).not.toMatch(/(margin|padding|inset|border-radius|border-width):\s*[^;\s]+(\s+[^;\s]+){3};/);
});

test('focus is always visible, nothing moves for who asked for that, and nothing is loaded', () => {
  expect(css).toMatch(/:focus-visible \{ outline: 0\.25rem solid var\(--accent\)/);
  expect(css).not.toMatch(/outline:\s*(none|0\b(?!\.))|url\(|@import/);
  const moving = css.split('@media (prefers-reduced-motion: no-preference)');
  expect(moving[0]).not.toMatch(/transition|animation/);
  expect(moving[1]).toMatch(/transition/);
});

test('the style sheet carries the colors of both schemes', () => {
  expect(css).toMatch(/--accent: #e50914;[\s\S]*prefers-color-scheme: dark[\s\S]*--accent: #/);
});
