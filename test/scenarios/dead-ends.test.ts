import { type Browser, createBrowser, type Page } from '@kinpass/simulator/browser';
import { signInWith } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const theApp = 'the site of the app';
const site = () => new URL(t.device('laptop').app.redirectUris[0] ?? '').origin;

/** A viewer who scanned the code of a new TV and signed in: asked whether to approve. */
const scanned = async (browser: Browser, link?: string): Promise<Page> => {
  const { verificationUriComplete } = await t.device('tv').signIn.requestDeviceCode();
  await browser.open(link ?? verificationUriComplete);
  await browser.submit({ button: 'Continue' });
  return signInWith(browser, 'dtc', t.user('ana'));
};

/** A viewer whom the app on a laptop sent here to sign in. */
const sent = async (browser: Browser): Promise<Page> =>
  browser.open((await t.device('laptop').signIn.authorize()).url);

/** The identity provider sends the viewer back with an error. */
const answered = async (error: string): Promise<Browser> => {
  const { dtc } = t.simulator.origins;
  const browser = createBrowser({ address: '198.51.100.99', stopsAt: [dtc] });
  await sent(browser);
  const { url } = await browser.submit({ button: 'Continue with DTC' });
  const answer = new URLSearchParams({ error, iss: dtc, state: url.searchParams.get('state') ?? '' });
  await browser.open(`${t.origin}/callback/dtc?${answer}`);
  return browser;
};

const opened = async (path: string): Promise<Browser> => {
  const browser = t.browser();
  await browser.open(t.origin + path);
  return browser;
};

const deadEnds: readonly [name: string, title: string, arrive: () => Promise<Browser>, ...ways: string[]][] =
  [
    [
      'a viewer who denied a TV',
      'Not signed in',
      async () => {
        const browser = t.browser();
        await scanned(browser);
        await browser.submit({ button: 'Deny' });
        return browser;
      },
      '/device',
      '/',
    ],
    [
      'a viewer whose TV is signed in',
      'You are signed in',
      async () => {
        const browser = t.browser();
        await scanned(browser);
        await browser.submit({ button: 'Approve' });
        return browser;
      },
      '/device',
      '/',
    ],
    [
      'a viewer who reloads that page',
      'You are already signed in',
      async () => {
        const browser = t.browser();
        await scanned(browser);
        await browser.open((await browser.submit({ button: 'Approve' })).url);
        return browser;
      },
      '/device',
      '/',
    ],
    [
      'a viewer whose code was used by somebody else meanwhile',
      'This sign-in has ended',
      async () => {
        const { verificationUriComplete } = await t.device('tv').signIn.requestDeviceCode();
        const [browser, other] = [t.browser(), t.browser()];
        for (const each of [browser, other]) await scanned(each, verificationUriComplete);
        await other.submit({ button: 'Approve' });
        await browser.submit({ button: 'Approve' });
        return browser;
      },
      '/device',
      '/',
    ],
    [
      'a viewer who goes back to a sign-in of an app that succeeded',
      'You are already signed in',
      async () => {
        const browser = createBrowser({ stopsAt: t.device('laptop').app.redirectUris });
        await sent(browser);
        await signInWith(browser, 'dtc', t.user('ana'));
        await browser.open(browser.visited.findLast(({ pathname }) => /^\/auth\/./.test(pathname)) ?? '');
        return browser;
      },
      theApp,
    ],
    ['a viewer with an old link', 'This sign-in has ended', () => opened('/interaction/x'), '/device', '/'],
    ['a code that waited too long', 'This sign-in has ended', () => opened('/activation/x'), '/device', '/'],
    [
      'a callback of another browser',
      'This sign-in has ended',
      () => opened('/callback/dtc?state=x'),
      '/device',
      '/',
    ],
    ['a viewer who cancelled', 'Sign-in was canceled', () => answered('access_denied'), 'Choose again'],
    [
      'a provider that has to ask',
      'Sign-in was not completed',
      () => answered('login_required'),
      'Try again',
    ],
    [
      'a provider that is down',
      'The sign-in service is not responding',
      () => answered('temporarily_unavailable'),
      'Try again',
    ],
    [
      'a provider that refuses us',
      'This sign-in method is not working',
      () => answered('unauthorized_client'),
      '/',
    ],
    [
      'a form that was changed',
      'This request was rejected',
      async () => {
        const browser = t.browser();
        await sent(browser);
        await browser.submit({ button: 'Cancel', fields: { csrf: 'forged' } });
        return browser;
      },
      'Try again',
    ],
    [
      'a form of another site',
      'This request was rejected',
      async () => {
        const browser = await opened('/device');
        await browser.submit({ fill: { user_code: 'x' }, headers: { origin: 'https://evil.example' } });
        return browser;
      },
      '/device',
      '/',
    ],
    [
      'a viewer who guesses codes',
      'Too many attempts',
      async () => {
        const browser = t.browser('203.0.113.77');
        await scanned(browser);
        for (let times = 0; browser.page.status !== 429 && times < 30; times += 1) {
          await browser.open(`${t.origin}/device`);
          await browser.submit({ fill: { user_code: 'BBBBB-BBBBB' } });
        }
        return browser;
      },
      '/device',
      '/',
    ],
    [
      'a viewer who signed out',
      'You are signed out',
      async () => {
        const browser = await opened('/session/end');
        await browser.submit({ button: 'Sign out' });
        return browser;
      },
      '/',
    ],
    [
      'a viewer who signed out of an app',
      'You are signed out',
      async () => {
        const browser = await opened('/session/end?client_id=ref30-web');
        await browser.submit({ button: 'Sign out' });
        return browser;
      },
      theApp,
    ],
    ['an app that nobody knows', 'The app sent a request', () => opened('/auth?client_id=nobody'), '/'],
    [
      'an app with a mistake',
      'The app sent a request',
      () => opened('/auth?client_id=ref30-web&response_type=code&redirect_uri=http://127.0.0.1/wrong'),
      theApp,
    ],
  ];

/** Faults that support has to look up in the log. */
const ours = new Set(['The sign-in service is not responding', 'This sign-in method is not working']);

test.each(deadEnds)('%s has somewhere to go', async (_name, title, arrive, ...ways) => {
  const browser = await arrive();
  const { page } = browser;
  expect(page.text).toContain(title);
  expect(page.text.includes('give this reference'), 'a reference, for a fault of ours').toBe(ours.has(title));
  const links = page.root.querySelectorAll('main a.button');
  const targets = links.map((link) => link.getAttribute('href') ?? '');
  expect(links.length).toBe(ways.length);
  for (const [index, way] of ways.entries()) {
    const [href = '', label] = [targets[index], links[index]?.text];
    if (way === theApp) {
      expect(href).toBe(site());
      continue;
    }
    expect(way.startsWith('/') ? href : label).toBe(way);
    expect((await browser.open(new URL(href, page.url))).status).toBe(200);
  }
});
