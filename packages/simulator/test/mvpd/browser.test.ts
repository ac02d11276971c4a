import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from '#src/browser/browser';
import type { Page } from '#src/browser/page';
import { assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';
import {
  completeForm,
  type Device,
  fillIn,
  goOn,
  redirectUrl,
  startWorld,
  stepwise,
  type World,
} from '../world.ts';

let world: World;
let tv: Device;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.device();
});

/** Leaves Adobe for the MVPD; answers the page that waits there. */
const begin = async (browser = stepwise(), mvpd = 'Cablevision', device = tv) => {
  const { body } = await device.form('/api/v2/REF30/sessions', { ...completeForm, mvpd });
  const away = await browser.open(world.origins.adobe + String(body['url']));
  return { browser, code: String(body['code']), away, shown: await goOn(browser, away) };
};
const typeIn = ({ browser, shown }: Awaited<ReturnType<typeof begin>>, user = 'ana', password?: string) =>
  fillIn(browser, shown, { user, password });
const profiles = async (device = tv) => (await device.get('/api/v2/REF30/profiles')).body['profiles'];
const landed = ({ headers }: Page) => headers.location;

test.each(['Cablevision', 'Dish', 'Spectrum', 'AdobeShibboleth', 'ValleyTel'])(
  '%s: a subscriber signs in, and Adobe has a profile',
  async (mvpd) => {
    const user = { Dish: 'ben', ValleyTel: 'ben', Spectrum: 'chloe' }[mvpd] ?? 'ana';
    const begun = await begin(stepwise(), mvpd);
    expect(landed(await goOn(begun.browser, await typeIn(begun, user)))).toBe(redirectUrl);
    expect(await profiles()).toMatchObject({
      [mvpd]: {
        type: 'regular',
        issuer: mvpd,
        attributes: { userID: { value: Buffer.from(`${mvpd}:${user}`).toString('base64') } },
      },
    });
  },
);

test("authenticate leads to the MVPD's own origin, where a plain form waits", async () => {
  const { away, shown } = await begin();
  expect(new URL(String(landed(away))).origin).toBe(world.origins.mvpd);
  expect(shown.status).toBe(200);
  expect(shown.headers['content-security-policy']).toContain("default-src 'none'");
  expect(shown.headers['cache-control']).toBe('no-store');
  expect(shown.html).toContain('Sign in to Optimum');
  expect(shown.html).toContain('ana@cablevision.example');
  expect(shown.html).not.toContain('<script');
  expect(shown.html).toMatch(/<button type="submit">/);
});

test('a wrong password shows the form again and signs nobody in', async () => {
  const begun = await begin();
  const reply = await typeIn(begun, 'ana', 'guessed');
  expect(reply.status).toBe(401);
  expect(reply.html).toContain('wrong');
  expect(begun.browser.cookies().map(({ name }) => name)).not.toContain('mvpd_Cablevision');
  expect(await profiles()).toEqual({});
  const second = await fillIn(begun.browser, reply);
  expect(landed(await goOn(begun.browser, second))).toBe(redirectUrl);
});

test.each(['Cablevision', 'Spectrum'])('%s: a second brand needs no password', async (mvpd) => {
  const begun = await begin(stepwise(), mvpd);
  await goOn(begun.browser, await typeIn(begun, mvpd === 'Spectrum' ? 'chloe' : 'ana'));
  const phone = await world.device('ref40-phone');
  const { body } = await phone.form('/api/v2/REF40/sessions', { ...completeForm, mvpd });
  const away = await begun.browser.open(world.origins.adobe + String(body['url']));
  const back = await goOn(begun.browser, away);
  expect(back.html).not.toContain('password');
  expect(landed(await goOn(begun.browser, back))).toBe(redirectUrl);
  expect((await phone.get('/api/v2/REF40/profiles')).body['profiles']).toHaveProperty(mvpd);
});

test('the return is a form that posts itself to Adobe, with a button if scripts are off', async () => {
  const begun = await begin();
  const page = await typeIn(begun);
  expect(page.html).toContain(
    `<form method="post" action="${world.origins.adobe}/sp/saml/SAMLAssertionConsumer">`,
  );
  expect(page.html).toContain('<button type="submit">Continue</button>');
  const policy = page.headers['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src 'sha256-/);
  expect(policy).not.toContain('form-action');
});

describe('the return', () => {
  test.each(['Cablevision', 'Spectrum'])('%s: works once', async (mvpd) => {
    const begun = await begin(stepwise(), mvpd);
    const back = await typeIn(begun, mvpd === 'Spectrum' ? 'chloe' : 'ana');
    expect(landed(await goOn(begun.browser, back))).toBe(redirectUrl);
    expect((await goOn(begun.browser, back)).status).toBe(400);
  });

  test.each(['Cablevision', 'Spectrum'])(
    '%s: works in the browser that set out, and in no other',
    async (mvpd) => {
      const begun = await begin(stepwise(), mvpd);
      const user = mvpd === 'Spectrum' ? 'chloe' : 'ana';
      const strangers: Browser[] = [stepwise(), (await begin()).browser];
      for (const stranger of strangers) {
        expect((await goOn(stranger, await typeIn(await begin(begun.browser, mvpd), user))).status).toBe(400);
      }
      expect(await profiles()).toEqual({});
    },
  );

  test('a response for one login does not complete another', async () => {
    const ana = await begin();
    const back = await typeIn(ana);
    const other = await world.device('ref30-tv', 'bedroom');
    const relay = new URL(
      String(landed((await begin(ana.browser, 'Cablevision', other)).away)),
    ).searchParams.get('RelayState');
    const moved = ana.browser.submit({ on: back, fields: { RelayState: relay ?? '' } });
    expect((await moved).status).toBe(400);
    expect(await profiles(other)).toEqual({});
  });

  test('a guessed code completes nothing', async () => {
    const { browser, away } = await begin(stepwise(), 'Spectrum');
    const state = new URL(String(landed(away))).searchParams.get('state');
    const forged = `${world.origins.adobe}/adobe-services/oauth2/Spectrum/callback?state=${state}&code=guessed`;
    expect((await browser.open(forged)).status).toBe(400);
    expect(await profiles()).toEqual({});
  });
});

test.each(assertionFaultKinds)('a malformed assertion, %s, creates no profile', async (kind) => {
  await world.post('/_control/mvpds/assertions', { mvpd: 'Cablevision', bend: kind, times: 1 });
  const begun = await begin();
  const refusal = await goOn(begun.browser, await typeIn(begun));
  expect(refusal.status).toBe(400);
  expect(refusal.html).toContain('invalid_authentication_session');
  expect(await profiles()).toEqual({});
});

test.each([
  ['an incomplete session', {}],
  ['a session without redirectUrl', { mvpd: 'Cablevision', domainName: 'adobe.com' }],
])('authenticate refuses %s with a page', async (_, form) => {
  const { body } = await tv.form('/api/v2/REF30/sessions', form);
  const reply = await world.adobe(`/api/v2/authenticate/REF30/${body['code']}`);
  expect(reply.status).toBe(400);
  expect(reply.headers['content-type']).toContain('text/html');
  expect(reply.text).toContain('invalid_authentication_session');
});

test("what comes in by the address bar is not in the MVPD's page", async () => {
  const request = encodeURIComponent('"><script>x</script>');
  const reply = await stepwise().open(`${world.origins.mvpd}/Cablevision/login?request=${request}`);
  expect(reply.status).toBe(400);
  expect(reply.html).not.toContain('<script>');
});
