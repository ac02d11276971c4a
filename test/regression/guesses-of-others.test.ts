import type { Browser } from '@kinpass/simulator/browser';
import { expect, test } from 'vitest';
import { authorizeUrl, newBrowser, type Stage, startStage } from '../authorization-server/stage.ts';

/** A browser in which `user` is signed in. */
const signedIn = async (stage: Stage, user: string): Promise<Browser> => {
  stage.dtc.user = user;
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage));
  await browser.submit({ button: 'Viewers account' });
  return browser;
};

/** Types a code at `address`. */
const enter = async (stage: Stage, browser: Browser, code: string, address: string) => {
  await browser.open(`${stage.origin}/device`);
  return browser.submit({ fill: { user_code: code }, headers: { 'x-test-address': address } });
};

test('wrong codes from one network keep nobody else out, and count for the whole of it', async () => {
  await using stage = await startStage();
  const { user_code: right = '' } = await stage.startDevice();
  const guessers = [await signedIn(stage, 'mallory'), await signedIn(stage, 'trudy')];
  const statuses: number[] = [];
  for (let guess = 0; guess < 35; guess += 1) {
    const guesser = guessers[guess % 2] ?? newBrowser();
    statuses.push((await enter(stage, guesser, 'BBBBB-BBBBB', `2001:db8:1:2::${guess + 1}`)).status);
  }
  expect(statuses.filter((status) => status === 400)).toHaveLength(30);
  const ana = await signedIn(stage, 'ana');
  const refused = await enter(stage, ana, right, '2001:db8:1:2:ffff::1');
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '600']);
  expect(refused.text).toContain('Too many attempts');
  for (const address of ['2001:db8:1:3::1', '203.0.113.9'])
    expect((await enter(stage, ana, right, address)).text).toContain('Approve');
  expect(stage.seen.wrongCodes).toBe(30);
});

test('what no device code looks like may be a code of Adobe, and counts like one', async () => {
  await using stage = await startStage();
  const ana = await signedIn(stage, 'ana');
  for (let typo = 0; typo < 25; typo += 1)
    expect((await enter(stage, ana, 'AAAAA-AAAAA', '2001:db8::1')).status).toBe(400);
  expect((await enter(stage, ana, 'BBBBB-BBBBB', '2001:db8::1')).status).toBe(400);
  expect(stage.seen.wrongCodes).toBe(26);
});

test.each([
  ['lower case and a space', (code: string) => code.toLowerCase().replace('-', ' ')],
  [
    'full-width letters',
    (code: string) => code.replace(/./g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  ],
])('a code typed in %s is the code', async (_case, spell) => {
  await using stage = await startStage();
  const { user_code: code = '' } = await stage.startDevice();
  expect((await enter(stage, await signedIn(stage, 'ana'), spell(code), '203.0.113.9')).text).toContain(
    'Approve',
  );
});
