import { createBrowser } from '@kinpass/simulator/browser';
import got from 'got';
import { expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import { countCalls } from '../support/counted-stores.ts';
import { authorizeUrl, cookieHeader, newBrowser, redirectUri, startStage } from './stage.ts';

/** Methods of stores that only read. */
const reads = /\.(find|findForPage|findByUid|findByUserCode|byIssue|get|anyOf|identitiesOf)$/;

test('each page of a device sign-in stores once, and reads each thing once', async () => {
  const counted = countCalls(createMemoryStores());
  await using stage = await startStage({ stores: counted.stores });
  const device = await stage.startDevice();
  const browser = newBrowser();
  counted.take();
  const callsOf = async (act: () => Promise<unknown>) => {
    await act();
    const calls = Object.entries(counted.take());
    return {
      writes: Object.fromEntries(calls.filter(([method]) => !reads.test(method))),
      reads: Object.fromEntries(calls.filter(([method]) => reads.test(method))),
    };
  };
  expect(await callsOf(() => browser.open(device['verification_uri_complete'] ?? ''))).toEqual({
    writes: {},
    reads: {},
  });
  // Three requests: the form, what oidc-provider asks for, and the page that asks it.
  expect(await callsOf(() => browser.submit({ button: 'Continue' }))).toEqual({
    writes: { 'artifacts.change': 2 },
    reads: { 'artifacts.findByUserCode': 1, 'artifacts.findForPage': 2 },
  });
  // To the provider; back; what oidc-provider asks for next; the page that asks it.
  expect(await callsOf(() => browser.submit({ button: 'Viewers account' }))).toEqual({
    writes: { 'records.put': 1, 'records.take': 1, 'artifacts.change': 2 },
    reads: { 'artifacts.findForPage': 4 },
  });
  // The approval, and the last page.
  expect(await callsOf(() => browser.submit({ button: 'Approve' }))).toEqual({
    writes: { 'signIns.open': 1, 'artifacts.change': 1 },
    reads: { 'artifacts.findForPage': 2, 'callers.byIssue': 1 },
  });
});

test('of two requests that resume one sign-in, one issues a code; the other does nothing', async () => {
  await using stage = await startStage();
  const browser = createBrowser({ stopsAt: [redirectUri, `${stage.origin}/callback/dtc`] });
  await browser.open(authorizeUrl(stage));
  const { url: callback } = await browser.submit({ button: 'Viewers account' });
  const get = (url: URL) =>
    got(url, {
      headers: { cookie: cookieHeader(browser, url.href) },
      followRedirect: false,
      throwHttpErrors: false,
    });
  const resumed = new URL((await get(callback)).headers.location ?? '');
  stage.raceFor('Interaction', 2);
  const answers = await Promise.all([get(resumed), get(resumed)]);
  const [first, second] = answers.sort((a, b) => a.statusCode - b.statusCode);
  expect(first?.headers.location).toMatch(/\?code=/);
  expect(second?.statusCode).toBe(400);
  expect(second?.body).toMatch(/sign-in has ended/i);
  expect([second?.headers.location, second?.headers['set-cookie']]).toEqual([undefined, undefined]);
  const { artifacts } = stage.stores;
  const issued = async (model: string) => (await artifacts.list(model, { limit: 9, now: 0 })).length;
  expect([await issued('AuthorizationCode'), await issued('Session')]).toEqual([1, 1]);
});
