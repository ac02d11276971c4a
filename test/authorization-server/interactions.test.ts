import { type Browser, createBrowser, type Page } from '@kinpass/simulator/browser';
import got from 'got';
import { expect, test } from 'vitest';
import {
  authorizeUrl,
  cookieHeader,
  newBrowser,
  redirectUri,
  type Stage,
  scan,
  startStage,
} from './stage.ts';

const ended = { status: 400, text: expect.stringContaining('This sign-in has ended') };

const uidOf = (page: Page): string => page.url.pathname.split('/').at(-1) ?? '';

/** A browser that ana has signed in with. */
const rememberedBrowser = async (stage: Stage): Promise<Browser> => {
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage));
  await browser.submit({ button: 'Viewers account' });
  return browser;
};

/** Posts a step for which the page may have no button, with the page's own token; redirects are not followed. */
const postStep = (browser: Browser, page: Page, step: string) => {
  const csrf = page.root.querySelector('input[name=csrf]')?.getAttribute('value') ?? '';
  return got.post(`${page.url.href.split('?')[0]}/${step}`, {
    form: { csrf },
    headers: { cookie: cookieHeader(browser, page.url.href) },
    followRedirect: false,
    throwHttpErrors: false,
  });
};

test('an interaction that ended while the viewer was away is not completed', async () => {
  await using stage = await startStage();
  const browser = createBrowser({ stopsAt: [redirectUri, `${stage.origin}/callback/dtc`] });
  const choice = await browser.open(authorizeUrl(stage));
  const { url } = await browser.submit({ button: 'Viewers account' });
  await stage.stores.artifacts.destroy('Interaction', uidOf(choice), 0);
  expect(await browser.open(url)).toMatchObject(ended);
  expect(stage.dtc.completed).toBe(0);
});

test('an identity provider that fails at the start leads back to the choice', async () => {
  await using stage = await startStage();
  stage.dtc.beginFails = 'identity_provider_unavailable';
  const browser = newBrowser();
  const choice = await browser.open(authorizeUrl(stage));
  const page = await browser.submit({ button: 'Viewers account' });
  expect(page.status).toBe(503);
  const again = await browser.open(
    new URL(page.root.querySelector('a.button')?.getAttribute('href') ?? '', page.url),
  );
  expect(again.url.href).toBe(choice.url.href);
});

test('the cookie of one interaction does not open another', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const first = await browser.open(authorizeUrl(stage));
  const headers = { cookie: cookieHeader(browser, first.url.href) };
  expect((await got(first.url, { headers })).statusCode).toBe(200);
  const second = await newBrowser().open(authorizeUrl(stage));
  const stolen = await got(second.url, { headers, throwHttpErrors: false });
  expect({ status: stolen.statusCode, text: stolen.body }).toEqual(ended);
});

test('an app that asks for a new sign-in gets one, and nobody can approve without it', async () => {
  await using stage = await startStage();
  const browser = await rememberedBrowser(stage);
  const page = await browser.open(authorizeUrl(stage, { prompt: 'login' }));
  expect(page.text).toContain('Choose how you want to sign in');
  const forged = await postStep(browser, page, 'approve');
  expect({ status: forged.statusCode, text: forged.body }).toEqual(ended);
  expect(stage.seen.opened).toHaveLength(1);
});

test('nobody can approve before somebody signed in', async () => {
  await using stage = await startStage();
  const browser = newBrowser();
  const forged = await postStep(browser, await browser.open(authorizeUrl(stage)), 'approve');
  expect({ status: forged.statusCode, text: forged.body }).toEqual(ended);
});

test('an account that is gone approves nothing', async () => {
  await using stage = await startStage();
  const browser = await rememberedBrowser(stage);
  const page = await browser.open(authorizeUrl(stage));
  stage.viewers.delete('ana');
  expect(await browser.submit({ on: page, button: 'Continue as' })).toMatchObject(ended);
  expect((await browser.open(page.url)).text).toContain('Choose how you want to sign in');
  expect(stage.seen.opened).toHaveLength(1);
});

test('an account without an address is asked for without one', async () => {
  await using stage = await startStage();
  const browser = await rememberedBrowser(stage);
  stage.viewers.set('ana', null);
  const page = await browser.open(authorizeUrl(stage));
  expect(page.text).toContain('Continue with this account');
});

test('a device code that is gone cannot be approved', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  const phone = newBrowser();
  const question = await scan(device, phone);
  await stage.stores.artifacts.destroy('DeviceCode', device['device_code'] ?? '', 0);
  expect(await phone.open(question.url)).toMatchObject(ended);
});

test('a button pressed again leads where the first press led', async () => {
  await using stage = await startStage();
  const browser = await rememberedBrowser(stage);
  const page = await browser.open(authorizeUrl(stage));
  const first = await postStep(browser, page, 'approve');
  const second = await postStep(browser, page, 'deny');
  expect(first.statusCode).toBe(303);
  expect(first.headers.location).toMatch(/\/auth\/[\w-]+$/);
  expect([second.statusCode, second.headers.location]).toEqual([303, first.headers.location]);
  expect(stage.seen.opened).toHaveLength(2);
});

test('a button pressed twice at once is one decision, and both lead on', async () => {
  await using stage = await startStage();
  const browser = await rememberedBrowser(stage);
  const page = await browser.open(authorizeUrl(stage));
  stage.raceFor('Interaction', 3);
  const answers = await Promise.all([
    postStep(browser, page, 'approve'),
    postStep(browser, page, 'approve'),
    postStep(browser, page, 'deny'),
  ]);
  const [{ headers }] = answers;
  for (const answer of answers)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, headers.location]);
  expect(stage.seen.opened.length).toBeLessThanOrEqual(2);
});

test('an approval that failed can be repeated', async () => {
  let failing = false;
  const beforeOpening = () => {
    if (failing) throw new Error('the store is gone');
  };
  await using stage = await startStage({ beforeOpening });
  const browser = await rememberedBrowser(stage);
  const page = await browser.open(authorizeUrl(stage));
  failing = true;
  expect((await postStep(browser, page, 'approve')).statusCode).toBe(500);
  failing = false;
  const again = await browser.submit({ on: page, button: 'Continue as' });
  expect(again.url.searchParams.get('code')).toEqual(expect.any(String));
});

test('a sign-in that failed after the provider answered can be repeated', async () => {
  let failing = true;
  const beforeOpening = () => {
    if (failing) throw new Error('the store is gone');
  };
  await using stage = await startStage({ beforeOpening });
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage));
  const failed = await browser.submit({ button: 'Viewers account' });
  expect(failed.status).toBe(500);
  failing = false;
  await browser.click('Try again');
  const { url } = await browser.submit({ button: 'Viewers account' });
  expect(url.searchParams.get('code')).toEqual(expect.any(String));
});

test.each(['openid', 'openid offline_access'])('a grant holds the scopes requested: %s', async (scope) => {
  await using stage = await startStage();
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage, { scope, prompt: 'consent' }));
  await browser.submit({ button: 'Viewers account' });
  const grant = await stage.stores.artifacts.find(
    'Grant',
    stage.seen.opened[0]?.grant ?? '',
    stage.clock.now(),
  );
  expect(grant?.payload['openid']).toEqual({ scope });
});

test('the same account signing in again keeps the session of its browser', async () => {
  await using stage = await startStage();
  const browser = await rememberedBrowser(stage);
  const sessionOf = async () => {
    const id = browser.cookies(stage.origin).find(({ name }) => name === 'kinpass_session')?.value ?? '';
    return (await stage.stores.artifacts.find('Session', id, stage.clock.now()))?.payload['uid'];
  };
  const uid = await sessionOf();
  expect(uid).toEqual(expect.any(String));
  await browser.open(authorizeUrl(stage, { prompt: 'login' }));
  await browser.submit({ button: 'Viewers account' });
  expect(await sessionOf()).toBe(uid);
  stage.dtc.user = 'ben';
  await browser.open(authorizeUrl(stage, { prompt: 'login' }));
  await browser.submit({ button: 'Viewers account' });
  expect(await sessionOf()).not.toBe(uid);
});
