import type { Browser } from '@kinpass/simulator/browser';
import { expect, test } from 'vitest';
import { app } from '../support/builders.ts';
import { authorizeUrl, cookieHeader, newBrowser, type Stage, startStage } from './stage.ts';

const wrong = 'BBBBB-BBBBB';

/** A browser in which `user` is signed in. */
const signedIn = async (stage: Stage, user: string): Promise<Browser> => {
  stage.dtc.user = user;
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage));
  await browser.submit({ button: 'Viewers account' });
  return browser;
};

const type = async (stage: Stage, browser: Browser, code: string, path = '/device') => {
  await browser.open(`${stage.origin}${path}`);
  return browser.submit({ fill: { user_code: code } });
};

test('a typed code is looked up once the viewer is signed in', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  const phone = newBrowser();
  const choice = await type(stage, phone, device['user_code'] ?? '');
  expect(choice.text).toContain('Sign in to connect your TV');
  expect(choice.text).toContain(device['user_code']);
  const question = await phone.submit({ button: 'Viewers account' });
  expect(question.text).toContain('REF30 for TV');
  expect((await phone.submit({ button: 'Approve' })).text).toContain('You are signed in');
  expect((await stage.redeem(device['device_code'])).status).toBe(200);
  expect(stage.dtc.completed).toBe(1);
});

test('a wrong code looks like a right one until then, and the viewer stays signed in', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  const choice = await type(stage, phone, wrong);
  expect([choice.status, stage.seen.wrongCodes]).toEqual([200, 0]);
  const fixed = cookieHeader(phone, stage.origin);
  const page = await phone.submit({ button: 'Viewers account' });
  expect(page.status).toBe(400);
  expect(page.text).toContain('That code does not work');
  expect(stage.seen.wrongCodes).toBe(1);
  expect(cookieHeader(phone, stage.origin)).not.toBe(fixed);
  const device = await stage.startDevice();
  const question = await phone.submit({ on: page, fill: { user_code: device['user_code'] ?? '' } });
  expect(question.text).toContain('Approve');
});

test('wrong codes count against the account, which keeps out nobody else of its network', async () => {
  await using stage = await startStage();
  const { user_code: right = '' } = await stage.startDevice();
  const ana = await signedIn(stage, 'ana');
  const form = await ana.open(`${stage.origin}/device`);
  const guess = () => ana.submit({ on: form, fill: { user_code: wrong } });
  for (let times = 0; times < 20; times += 1) expect((await guess()).status).toBe(400);
  const refused = await type(stage, ana, right);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '600']);
  expect((await type(stage, await signedIn(stage, 'ben'), right)).text).toContain('Approve');
});

test('an account that ends is signed in nowhere', async () => {
  await using stage = await startStage();
  const { user_code: right = '' } = await stage.startDevice();
  const ana = await signedIn(stage, 'ana');
  stage.viewers.delete('ana');
  expect((await type(stage, ana, right)).text).toContain('Sign in to connect your TV');
});

test('a sign-in that fails leads back to the choice', async () => {
  await using stage = await startStage();
  const { user_code: right = '' } = await stage.startDevice();
  const phone = newBrowser();
  await type(stage, phone, right);
  stage.dtc.error = 'access_denied';
  const page = await phone.submit({ button: 'Viewers account' });
  expect(page.status).toBe(403);
  stage.dtc.error = undefined;
  await phone.open(new URL(page.root.querySelector('a.button')?.getAttribute('href') ?? '', page.url));
  expect((await phone.submit({ button: 'Viewers account' })).text).toContain('Approve');
});

test('it belongs to the browser in which the code was typed, for ten minutes', async () => {
  await using stage = await startStage();
  const { user_code: right = '' } = await stage.startDevice();
  const phone = newBrowser();
  const choice = await type(stage, phone, right);
  const stranger = newBrowser();
  await stranger.open(`${stage.origin}/device`);
  expect((await stranger.open(choice.url)).status).toBe(400);
  expect((await stranger.submit({ on: choice, button: 'Viewers account' })).status).toBe(400);
  await stage.clock.advance(600_000);
  expect((await phone.open(choice.url)).status).toBe(400);
  expect(stage.dtc.completed).toBe(0);
});

test('each of several families has a page, where codes of the others are unknown', async () => {
  const apps = [
    app({ id: 'tv', name: 'REF30 for TV', family: 'ref' }),
    app({ id: 'other', name: 'Other TV', family: 'other' }),
  ];
  await using stage = await startStage({ apps });
  const device = await stage.startDevice('other');
  expect(device['verification_uri']).toBe(`${stage.origin}/activate/other`);
  const phone = newBrowser();
  await phone.open(`${stage.origin}/device`);
  await phone.click('Other TV');
  await phone.submit({ fill: { user_code: device['user_code'] ?? '' } });
  expect((await phone.submit({ button: 'Viewers account' })).text).toContain('Approve');

  const foreign = await type(stage, phone, device['user_code'] ?? '', '/activate/ref');
  const unknown = await type(stage, phone, wrong, '/activate/ref');
  const bare = (html: string) => html.replace(/value="[^"]*"/g, '');
  expect([foreign.status, bare(foreign.html)]).toEqual([400, bare(unknown.html)]);

  await phone.open(device['verification_uri_complete'] ?? '');
  expect((await phone.submit({ button: 'Continue' })).text).toContain('Approve');
  expect((await phone.open(`${stage.origin}/activate/nobody`)).url.pathname).toBe('/device');
});
