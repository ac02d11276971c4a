import type { BrowserContext, Page } from 'playwright-core';
import type { TestWorld } from './start-gateway.ts';

/** A page that a viewer can meet, open in the browser. */
export interface Stop {
  readonly name: string;
  readonly page: Page;
}

const wrongCode = 'BBBBB-BBBBB';

/**
 * Walks one browser past every page of the gateway, in whatever language it asks for. Which page comes next depends on
 * the one before, so a visitor leaves the browser where it is.
 */
export async function* everyPage(t: TestWorld, context: BrowserContext): AsyncGenerator<Stop> {
  // At home with the TV: a link from another network would ask for a fresh sign-in.
  await context.setExtraHTTPHeaders({ 'x-forwarded-for': t.device('tv').address });
  const page = await context.newPage();
  const stop = (name: string): Stop => ({ name, page });
  for (const [name, path] of quietPages) {
    await page.goto(`${t.origin}${path}`);
    yield stop(name);
  }
  yield* typedCode(t, page, stop);
  yield* linkedCode(t, page, stop);
  yield* tvProvider(t, page, stop);
  yield* secondScreen(t, page, stop);
  yield* phoneSignIn(t, page, stop);
  yield* problems(t, page, stop);
  await page.goto(`${t.origin}/session/end`);
  yield stop('sign-out');
  await page.locator('form button').first().click();
  yield stop('signed-out');
  await page.close();
}

/** The pages that only some gateways have: the guide of the demo, and the choice between the apps of several families. */
export async function* pagesOfSome(t: TestWorld, context: BrowserContext): AsyncGenerator<Stop> {
  const page = await context.newPage();
  for (const [name, path] of [
    ['guide', '/'],
    ['choose-app', '/device'],
  ] as const) {
    await page.goto(`${t.origin}${path}`);
    yield { name, page };
  }
  await page.close();
}

const quietPages = [
  ['home', '/'],
  ['not-found', '/nothing/here'],
  ['api-by-hand', '/api/v2/REF30/profiles'],
  ['error-description', '/errors/gateway_throttled'],
  ['request-refused', '/auth?client_id=nobody'],
  ['expired', '/interaction/long-gone'],
] as const;

type Name = (name: string) => Stop;

const atProvider = async (t: TestWorld, page: Page): Promise<void> => {
  await page.waitForURL(`${t.simulator.origins.dtc}/**`);
  if ((await page.locator('[name=username]').count()) === 0) return;
  await page.locator('[name=username]').fill('ana');
  await page.locator('[name=password]').fill('ana-password');
  await page.locator('button[type=submit], button:not([type])').first().click();
  await page.waitForURL(`${t.origin}/**`);
};

const typeCode = async (t: TestWorld, page: Page, code: string): Promise<void> => {
  await page.goto(`${t.origin}/device`);
  await page.locator('[name=user_code]').fill(code);
  await page.locator('[name=user_code]').press('Enter');
};

async function* typedCode(t: TestWorld, page: Page, stop: Name): AsyncGenerator<Stop> {
  await page.goto(`${t.origin}/device`);
  yield stop('code');
  await typeCode(t, page, wrongCode);
  yield stop('sign-in-first');
  await page.getByRole('button', { name: 'DTC' }).click();
  await atProvider(t, page);
  yield stop('code-refused');
}

async function* linkedCode(t: TestWorld, page: Page, stop: Name): AsyncGenerator<Stop> {
  const follow = async (): Promise<void> => {
    const { verificationUriComplete } = await t.device('tv').signIn.requestDeviceCode();
    await page.goto(verificationUriComplete);
  };
  await follow();
  yield stop('code-linked');
  await page.locator('form button').first().click();
  yield stop('approve-device');
  await page.locator('form[action$="/deny"] button').click();
  yield stop('denied');
  await follow();
  await page.locator('form button').first().click();
  await page.locator('form[action$="/approve"] button').click();
  yield stop('device-signed-in');
  await page.reload();
  yield stop('already-signed-in');
}

/** From the approval of a TV to its TV provider. */
async function* tvProvider(t: TestWorld, page: Page, stop: Name): AsyncGenerator<Stop> {
  const tv = t.device('tv');
  const code = await tv.signIn.requestDeviceCode({ headers: tv.headers });
  await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'status', status: 500 } });
  await page.goto(code.verificationUriComplete);
  await page.locator('form button').first().click();
  await page.locator('form[action$="/approve"] button').click();
  await page.waitForURL('**/tv-provider');
  yield stop('tv-provider-down');
  await t.control.clearFaults();
  await page.locator('.actions a').first().click();
  yield stop('choose-tv-provider');
  const choice = page.url();
  await page.locator('button.tv-provider').first().click();
  await page.waitForURL(`${t.simulator.origins.mvpd}/**`);
  await page.goto(choice);
  yield stop('finish-tv-provider');
  await page.locator('a[href$="/later"]').click();
  yield stop('tv-provider-later');
}

/** The code of a session that an app without sign-in has created. */
async function* secondScreen(t: TestWorld, page: Page, stop: Name): AsyncGenerator<Stop> {
  const tv = t.device('tv', { id: 'a plain TV', address: '203.0.113.44' });
  await tv.register();
  const { body } = await tv.call('/REF30/sessions', { method: 'POST', form: { mvpd: 'Cablevision' } });
  await page.goto(`${t.origin}/activate`);
  await page.locator('[name=user_code]').fill(String(body['code']));
  await page.locator('[name=user_code]').press('Enter');
  await page.waitForURL('**/second-screen/*');
  yield stop('continue-to-provider');
  await page.goto(`${page.url()}/done`);
  yield stop('second-screen-waiting');
}

const authorize = async (t: TestWorld, page: Page): Promise<void> => {
  const { url } = await t.device('laptop').signIn.authorize();
  url.searchParams.delete('prompt');
  await page.goto(url.href);
};

async function* phoneSignIn(t: TestWorld, page: Page, stop: Name): AsyncGenerator<Stop> {
  await authorize(t, page);
  yield stop('continue-as');
  await page.locator('a[href*="account=other"]').click();
  yield stop('choose-provider');
}

/** What the identity provider may answer, and the page that it leads to. */
const answers = [
  ['refused', 'access_denied'],
  ['unfinished', 'login_required'],
  ['unavailable', 'temporarily_unavailable'],
  ['misconfigured', 'unauthorized_client'],
] as const;

async function* problems(t: TestWorld, page: Page, stop: Name): AsyncGenerator<Stop> {
  const choice = page.url();
  const { dtc } = t.simulator.origins;
  for (const [name, error] of answers) {
    await page.goto(choice);
    await page.route(`${dtc}/**`, (route) => route.abort());
    const left = page.waitForRequest((request) => request.url().startsWith(dtc));
    await page.getByRole('button', { name: 'DTC' }).click();
    const { searchParams } = new URL((await left).url());
    await page.unroute(`${dtc}/**`);
    const answer = new URLSearchParams({ error, iss: dtc, state: searchParams.get('state') ?? '' });
    await page.goto(`${t.origin}/callback/dtc?${answer}`);
    yield stop(name);
  }
  await page.goto(choice);
  const token = page.locator('form[action$="/deny"] [name=csrf]');
  await token.evaluate((field) => field.setAttribute('value', 'forged'));
  await page.locator('form[action$="/deny"] button').click();
  yield stop('foreign-form');
  for (let times = 0; times < 20; times += 1) await typeCode(t, page, wrongCode);
  yield stop('attempts');
}
