import { expect, test } from 'vitest';
import { negotiateLanguage } from '#src/web/negotiate-language';

const chosen = (acceptLanguage: string, uiLocales?: string): string =>
  negotiateLanguage({ acceptLanguage, uiLocales }).language;

test.each([
  ['', 'en'],
  ['*', 'en'],
  ['en', 'en'],
  ['es-419', 'es'],
  ['es-MX,en;q=0.5', 'es'],
  ['fr-CA', 'fr'],
  ['pt-BR', 'pt'],
  ['pt-PT', 'pt'],
  ['de-AT', 'de'],
  ['ko-KR', 'ko'],
  ['zh-TW', 'zh-Hant'],
  ['zh-HK', 'zh-Hant'],
  ['zh-MO', 'zh-Hant'],
  ['zh-Hant', 'zh-Hant'],
  ['zh-Hant-CN', 'zh-Hant'],
  ['zh', 'zh-Hans'],
  ['zh-CN', 'zh-Hans'],
  ['zh-SG', 'zh-Hans'],
  ['zh-Hans-HK', 'zh-Hans'],
  ['KO-kr', 'ko'],
])('who reads %s is shown %s', (acceptLanguage, language) => {
  expect(chosen(acceptLanguage)).toBe(language);
});

test.each([
  ['en;q=0.3, de;q=0.8, fr;q=0.5', 'de'],
  ['de;q=0, fr;q=0.1', 'fr'],
  ['de;q=0', 'en'],
  ['de;Q=0.2,ko ; q=0.9', 'ko'],
  ['nl, sv;q=0.9, es;q=0.1', 'es'],
  ['ko, *;q=0.5', 'ko'],
  ['fr, de', 'fr'],
  ['sr-Latn, ar', 'en'],
  ['de;q=high, ko;q=0.1', 'ko'],
  ['"><svg>, ------, de', 'de'],
])('%s prefers %s', (acceptLanguage, language) => {
  expect(chosen(acceptLanguage)).toBe(language);
});

test('what the app asks for goes first, and what it cannot have is passed over', () => {
  expect(chosen('de', 'fr-CA fr en')).toBe('fr');
  expect(chosen('de', 'nl ko')).toBe('ko');
  expect(chosen('de', 'nl')).toBe('de');
  expect(chosen('de', '')).toBe('de');
});

test('a list of thousands is not read to its end', () => {
  expect(chosen(`${'nl,'.repeat(500)}de`)).toBe('en');
  expect(chosen('', `${'nl '.repeat(500)}de`)).toBe('en');
});
