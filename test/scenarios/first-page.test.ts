import { request } from '@kinpass/simulator/client';
import got from 'got';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoGuide } from '#src/cli/demo/guide';
import { korean } from '#src/web/messages/ko';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;

describe('of a gateway', () => {
  beforeAll(async () => {
    t = await startGateway();
  });
  afterAll(() => t[Symbol.asyncDispose]());

  test('a viewer who opens it by hand is sent to the page for codes', async () => {
    const browser = t.browser();
    const page = await browser.open(`${t.origin}/`);
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(page.text).toContain('There is nothing to do here');
    expect(page.text).not.toMatch(/password|simulated/i);
    expect((await browser.click('Connect your TV')).text).toContain('Enter the code shown on your TV');
  });

  test('it speaks the language of the viewer, and caches tell the languages apart', async () => {
    const page = await t.browser().open(`${t.origin}/`, { 'accept-language': 'ko-KR' });
    expect(page.text).toContain(korean.homeTitle);
    expect(String(page.headers['vary']).split(', ').sort()).toEqual(['Accept', 'Accept-Language']);
  });

  test('an app learns there where discovery begins', async () => {
    for (const accept of ['application/json', '*/*']) {
      const { status, headers, body } = await request({ url: `${t.origin}/`, headers: { accept } });
      expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
      expect((await request({ url: String(body['openid_configuration']) })).body['issuer']).toBe(
        body['issuer'],
      );
    }
  });

  test('HEAD and other methods', async () => {
    expect((await got.head(`${t.origin}/`, { headers: { accept: 'text/html' } })).statusCode).toBe(200);
    const { status, headers } = await request({ method: 'POST', url: `${t.origin}/` });
    expect([status, headers['allow']]).toEqual([405, 'GET']);
  });

  test('it can lead to a site of your own', async () => {
    await t.reconfigure({ home: { redirect: 'https://www.example.com/tv' } });
    const { status, headers, text } = await request({
      url: `${t.origin}/`,
      headers: { accept: 'text/html' },
    });
    expect([status, headers.location, text]).toEqual([302, 'https://www.example.com/tv', '']);
    await t.reconfigure({});
  });

  test('browsers find the icon of the pages also where no page names it', async () => {
    const { status, headers, text } = await request({ url: `${t.origin}/favicon.ico` });
    expect(text).toBe('');
    const page = await t.browser().open(`${t.origin}/`);
    expect(page.root.querySelector('link[rel=icon]')?.getAttribute('href')).toBe(headers.location);
    const icon = await request({ url: new URL(String(headers.location), t.origin) });
    expect([status, icon.status, icon.headers['content-type']]).toEqual([302, 200, 'image/svg+xml']);
  });

  test('search engines stay out, and icons that do not exist make no noise', async () => {
    const { text, headers } = await request({ url: `${t.origin}/robots.txt` });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toBe('User-agent: *\nDisallow: /\n');
    const icon = await request({ url: `${t.origin}/apple-touch-icon.png`, headers: { accept: 'image/*' } });
    expect([icon.status, icon.headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});

describe('of the demo', () => {
  beforeAll(async () => {
    t = await startGateway({ guide: demoGuide });
  });
  afterAll(() => t[Symbol.asyncDispose]());

  test('it tells what this is and who can sign in', async () => {
    const page = await t.browser().open(`${t.origin}/`, { 'accept-language': 'fr' });
    expect([page.root.querySelector('h1')?.text, page.headers['content-language']]).toEqual([
      'Kinpass is running',
      'en',
    ]);
    for (const { id, password, subscriptions } of t.simulator.fixtures.users) {
      expect(page.text).toContain(`${id}, password ${password}`);
      for (const { username } of subscriptions) expect(page.text).toContain(username);
    }
  });

  test('each of its links works', async () => {
    const page = await t.browser().open(`${t.origin}/`);
    const links = page.root.querySelectorAll('main a').map((link) => link.getAttribute('href') ?? '');
    for (const origin of Object.values(t.simulator.origins)) expect(links).toContain(`${origin}/`);
    expect(links.length).toBe(10);
    for (const href of links) {
      const { status } = await t.browser().open(new URL(href, page.url));
      expect([href, status]).toEqual([href, 200]);
    }
  });

  test('its command gets a code', async () => {
    const page = await t.browser().open(`${t.origin}/`);
    const [, form = '', url = ''] =
      /^curl -d (\S+) (\S+)$/.exec(page.root.querySelector('code')?.text ?? '') ?? [];
    const answer = await request({
      method: 'POST',
      url,
      form: Object.fromEntries(new URLSearchParams(form)),
    });
    expect(answer.body).toHaveProperty('verification_uri_complete');
  });
});
