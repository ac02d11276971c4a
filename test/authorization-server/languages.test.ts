import type { Page } from '@kinpass/simulator/browser';
import { expect, test } from 'vitest';
import { languages } from '#src/web/messages';
import { french } from '#src/web/messages/fr';
import { korean } from '#src/web/messages/ko';
import { authorizeUrl, newBrowser, startStage } from './stage.ts';

const languageOf = ({ root, headers }: Page) => {
  const declared = root.querySelector('html')?.getAttribute('lang');
  expect(headers['content-language']).toBe(declared);
  expect(String(headers['vary']).split(', ')).toContain('Accept-Language');
  return declared;
};

test('a page is shown in the language of the browser', async () => {
  await using stage = await startStage();
  for (const { texts } of languages) {
    const page = await newBrowser().open(`${stage.origin}/device`, { 'accept-language': texts.language });
    expect(languageOf(page)).toBe(texts.language);
    expect(page.text).toContain(texts.codeLead);
  }
  expect(languageOf(await newBrowser().open(`${stage.origin}/device`, { 'accept-language': '' }))).toBe('en');
});

test('the language that the app asks for goes first, on every page of the sign-in', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const asked = await browser.open(authorizeUrl(stage, { ui_locales: 'tlh fr-CA' }));
  expect(asked.text).toContain(french.chooseLead);
  stage.dtc.error = 'access_denied';
  stage.dtc.fails = 'sign_in_refused';
  const refused = await browser.submit({ button: french.continueWith('Viewers account') });
  expect([languageOf(refused), refused.status]).toEqual(['fr', 403]);
  expect(refused.text).toContain(french.refusedTitle);
  stage.dtc.error = stage.dtc.fails = undefined;
});

test('a TV that asks for a language shows the viewer that one', async () => {
  await using stage = await startStage();
  const form = { client_id: 'tv', scope: 'openid', ui_locales: 'ko-KR' };
  const { body } = await stage.post('/device/auth', form);
  const browser = newBrowser();
  await browser.open(body['verification_uri_complete'] ?? '');
  const choice = await browser.submit({ button: 'Continue' });
  expect(choice.text).toContain(korean.chooseLead);
  const question = await browser.submit({ button: korean.continueWith('Viewers account') });
  expect(languageOf(question)).toBe('ko');
  const done = await browser.submit({ button: korean.approve });
  expect([languageOf(done), done.text]).toEqual(['ko', expect.stringContaining(korean.successTitle)]);
});

test('a request that cannot be served says so in the language that it asks for', async () => {
  await using stage = await startStage();
  const page = await newBrowser().open(authorizeUrl(stage, { ui_locales: 'fr', client_id: 'nobody' }));
  expect([languageOf(page), page.status]).toEqual(['fr', 400]);
});
