import { createBrowser } from '@kinpass/simulator/browser';
import got from 'got';
import { expect, test } from 'vitest';
import {
  authorizeUrl,
  cookieHeader,
  redirectUri,
  type Stage,
  startStage,
} from '../authorization-server/stage.ts';

/** A viewer's browser that is about to open the callback, and the callback's address. */
const returning = async (stage: Stage) => {
  const browser = createBrowser({ stopsAt: [redirectUri, `${stage.origin}/callback/dtc`] });
  await browser.open(authorizeUrl(stage));
  const { url } = await browser.submit({ button: 'Viewers account' });
  const headers = { cookie: cookieHeader(browser, url.href) };
  const open = (more: { method?: 'GET' | 'HEAD'; headers?: Record<string, string> } = {}) =>
    got(url, { headers, followRedirect: false, throwHttpErrors: false, ...more });
  return { open };
};

test.each<[string, Parameters<Awaited<ReturnType<typeof returning>>['open']>[0]]>([
  ['without the cookie', { headers: {} }],
  ['with the cookie of another browser', { headers: { cookie: `kinpass_transaction=${'x'.repeat(43)}` } }],
  ['with HEAD', { method: 'HEAD' }],
])('a callback opened %s is not used up', async (_how, request) => {
  await using stage = await startStage();
  const { open } = await returning(stage);
  await open(request);
  expect(stage.dtc.completed).toBe(0);
  expect((await open()).statusCode).toBe(303);
  expect(stage.dtc.completed).toBe(1);
});

test('a callback opened twice at once is redeemed once', async () => {
  await using stage = await startStage();
  const { open } = await returning(stage);
  const statuses = (await Promise.all([open(), open()])).map(({ statusCode }) => statusCode);
  expect(statuses.sort()).toEqual([303, 400]);
  expect(stage.dtc.completed).toBe(1);
  expect(stage.seen.opened).toHaveLength(1);
});
