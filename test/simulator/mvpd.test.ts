import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { completeForm, createBrowser, type Device, signInAtMvpd, startWorld, type World } from './world.ts';

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

const begin = async (browser = createBrowser()) => {
  const { body } = await tv.form('/api/v2/REF30/sessions', completeForm);
  const away = await browser.go(world.origins.adobe + String(body['url']));
  return { browser, code: String(body['code']), page: String(away.headers.get('location')) };
};
const profiles = async () => (await tv.get('/api/v2/REF30/profiles')).body['profiles'];
const location = (reply: { headers: Headers }) => String(reply.headers.get('location'));

test("authenticate leads to the MVPD's own origin, where a plain form waits", async () => {
  const { browser, page } = await begin();
  expect(new URL(page).origin).toBe(world.origins.mvpd);
  const shown = await browser.go(page);
  expect(shown.status).toBe(200);
  expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(shown.text).toContain('Sign in to Optimum');
  expect(shown.text).toContain('ana@cablevision.example');
  expect(shown.text).not.toContain('<script');
  expect(shown.text).toMatch(/<button type="submit">/);
});

test('a wrong password shows the form again and signs nobody in', async () => {
  const { browser, page } = await begin();
  const reply = await signInAtMvpd(browser, page, 'ana', 'guessed');
  expect(reply.status).toBe(401);
  expect(reply.text).toContain('wrong');
  expect(browser.cookies.has('mvpd_Cablevision')).toBe(false);
  expect(await profiles()).toEqual({});
});

test('who is signed in at the MVPD already is not asked again', async () => {
  const { browser, page } = await begin();
  await browser.go(location(await signInAtMvpd(browser, page)));
  await tv.get('/api/v2/REF30/logout/Cablevision?redirectUrl=https://adobe.com');
  const again = await begin(browser);
  const back = await browser.go(again.page);
  expect(back.status).toBe(303);
  await browser.go(location(back));
  expect(await profiles()).toHaveProperty('Cablevision');
});

test('the way back works once', async () => {
  const { browser, page } = await begin();
  const back = location(await signInAtMvpd(browser, page));
  expect((await browser.go(back)).status).toBe(302);
  expect((await browser.go(back)).status).toBe(400);
});

test('the way back works in the browser that set out, and in no other', async () => {
  const { browser, page } = await begin();
  const back = location(await signInAtMvpd(browser, page));
  expect((await createBrowser().go(back)).status).toBe(400);
  const stranger = await begin();
  expect((await stranger.browser.go(back)).status).toBe(400);
  expect(await profiles()).toEqual({});
});

test('a code from one login does not end another', async () => {
  const ana = await begin();
  const back = new URL(location(await signInAtMvpd(ana.browser, ana.page)));
  const other = await world.device('ref30-tv', 'bedroom');
  const { body } = await other.form('/api/v2/REF30/sessions', completeForm);
  const away = new URL(location(await ana.browser.go(world.origins.adobe + String(body['url']))));
  back.searchParams.set('request', String(away.searchParams.get('request')));
  expect((await ana.browser.go(back.href)).status).toBe(400);
  expect((await other.get('/api/v2/REF30/profiles')).body['profiles']).toEqual({});
});

test('a guessed code ends nothing', async () => {
  const { browser, page } = await begin();
  const request = new URL(page).searchParams.get('request');
  const forged = `${world.origins.adobe}/adobe-services/login-return?request=${request}&code=guessed`;
  expect((await browser.go(forged)).status).toBe(400);
  expect(await profiles()).toEqual({});
});

test.each([
  ['an incomplete session', {}],
  ['a session without redirectUrl', { mvpd: 'Cablevision', domainName: 'adobe.com' }],
])('authenticate refuses %s with a page', async (_, form) => {
  const { body } = await tv.form('/api/v2/REF30/sessions', form);
  const reply = await world.adobe(`/api/v2/authenticate/REF30/${body['code']}`);
  expect(reply.status).toBe(400);
  expect(reply.headers.get('content-type')).toContain('text/html');
  expect(reply.text).toContain('invalid_authentication_session');
});

test("what comes in by the address bar stays text in the MVPD's page", async () => {
  const request = encodeURIComponent('"><script>x</script>');
  const { text } = await createBrowser().go(`${world.origins.mvpd}/Cablevision/login?request=${request}`);
  expect(text).toContain('&#60;script&#62;');
  expect(text).not.toContain('<script>');
});
