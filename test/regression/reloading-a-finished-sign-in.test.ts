import got from 'got';
import { expect, test } from 'vitest';
import {
  authorizeUrl,
  cookieHeader,
  newBrowser,
  redirectUri,
  scan,
  startStage,
} from '../authorization-server/stage.ts';

test('the page that says a TV is signed in can be reloaded', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  await scan(await stage.startDevice(), phone);
  const done = await phone.submit({ button: 'Approve' });
  expect(done.url.pathname).toMatch(/^\/device\/[\w-]+$/);
  const again = await phone.open(done.url);
  expect(again.status).toBe(200);
  expect(again.text).toContain('You are already signed in');
  expect(again.root.querySelector('a.button')?.getAttribute('href')).toBe('/device');
  expect((await newBrowser().open(done.url)).status).toBe(400);
  expect(stage.seen.opened).toHaveLength(1);
});

test('who goes back to the end of a sign-in finds the way to the app', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage));
  await browser.submit({ button: 'Viewers account' });
  const end = browser.visited.findLast(({ pathname }) => pathname.startsWith('/auth/'));
  const again = await browser.open(end ?? '');
  expect(again.status).toBe(200);
  expect(again.text).toContain('You are already signed in');
  const site = again.root.querySelector('a.button')?.getAttribute('href');
  expect(site).toBe(new URL(redirectUri).origin);
});

test('HEAD neither uses a sign-in up nor starts one', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  const question = await scan(await stage.startDevice(), phone);
  const headers = { cookie: cookieHeader(phone, question.url.href) };
  for (const url of [question.url.href, authorizeUrl(stage), `${stage.origin}/session/end`]) {
    const answer = await got.head(url, { headers, followRedirect: false });
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([200, undefined]);
  }
  expect((await phone.submit({ on: question, button: 'Approve' })).text).toContain('You are signed in');
});
