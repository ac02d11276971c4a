import { createBrowser } from '@kinpass/simulator/browser';
import got from 'got';
import { expect, test } from 'vitest';
import { authorizeUrl, newBrowser, startStage } from '../authorization-server/stage.ts';
import { app } from '../support/builders.ts';

const desktop = (...redirectUris: string[]) => [app({ id: 'web', name: 'Desktop', redirectUris })];

test.each([
  ['http://127.0.0.1/callback', 'http://127.0.0.1:53412/callback'],
  ['http://127.0.0.1:8090/callback', 'http://127.0.0.1:53412/callback'],
  ['http://[::1]/callback', 'http://[::1]:53412/callback'],
])('an app registered with %s alone may return to %s', async (registered, used) => {
  await using stage = await startStage({ apps: desktop(registered) });
  const browser = createBrowser({ stopsAt: [used] });
  await browser.open(authorizeUrl(stage, { redirect_uri: used }));
  const { url } = await browser.submit({ button: 'Viewers account' });
  expect(url.href).toMatch(`${used}?code=`);
});

test('a loopback redirect beside a page on the web has any port, too', async () => {
  await using stage = await startStage({
    apps: desktop('http://127.0.0.1/callback', 'https://app.example/back'),
  });
  const redirect_uri = 'http://127.0.0.1:53412/callback';
  const page = await newBrowser().open(authorizeUrl(stage, { redirect_uri }));
  expect(page.text).toContain('Choose how you want to sign in');
});

test.each([
  'http://127.0.0.1:53412/other',
  'http://127.0.0.2:53412/callback',
  'http://127.0.0.1.evil.example:53412/callback',
  'http://evil.example@127.0.0.1:53412/callback',
  'https://127.0.0.1:53412/callback',
])('but not to %s', async (redirect_uri) => {
  await using stage = await startStage({ apps: desktop('http://127.0.0.1/callback') });
  const answer = await got(authorizeUrl(stage, { redirect_uri }), {
    throwHttpErrors: false,
    followRedirect: false,
  });
  expect(answer.statusCode).toBe(400);
});

test('the port of a page on the web is exact', async () => {
  await using stage = await startStage({ apps: desktop('https://app.example/back') });
  const answer = await got(authorizeUrl(stage, { redirect_uri: 'https://app.example:8443/back' }), {
    throwHttpErrors: false,
  });
  expect(answer.statusCode).toBe(400);
});
