import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { twoFamilies } from '../support/two-families.ts';

type Brand = NonNullable<ReturnType<typeof twoFamilies>['families'][number]['brand']>;

/** The web app and the phone's in family `ref`, the TV's in `other`. */
const branded = (ref: Brand | undefined, other?: Brand) => {
  const { families, apps } = twoFamilies({ other: ['ref30-tv'] });
  return {
    apps,
    families: families.map((family) => ({ ...family, brand: family.id === 'ref' ? ref : other })),
  };
};

const blue: Brand = {
  name: { en: 'Blue Stream', es: 'Arroyo' },
  colors: { accent: '#003087' },
  links: { help: 'https://blue.example/help' },
};
const red: Brand = { name: 'Red Box', colors: { accent: '#e50914' } };

const get = async (t: TestWorld, path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(new URL(path, t.origin), { headers });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
};

const open = async (t: TestWorld, path: string, language = 'en') => {
  const { text } = await get(t, path, { accept: 'text/html', 'accept-language': language });
  const page = parse(text);
  const style = page.querySelector('link[rel=stylesheet]')?.getAttribute('href') ?? '';
  return { name: page.querySelector('header')?.text.trim(), style, page };
};

test('two families on one gateway look like two products', async () => {
  await using t = await startGateway({ settings: branded(blue, red) });
  const [ref, other] = [await open(t, '/activate/ref'), await open(t, '/activate/other')];
  expect([ref.name, other.name]).toEqual(['Blue Stream', 'Red Box']);
  expect((await get(t, ref.style)).text).toContain('--accent: #003087');
  expect((await get(t, other.style)).text).toContain('--accent: #e50914');
  expect((await open(t, '/activate/ref', 'es')).name).toBe('Arroyo');
  expect(ref.page.querySelector('footer a')?.getAttribute('href')).toBe('https://blue.example/help');
  expect(other.page.querySelector('footer')).toBeNull();
});

test('before it is known which family a viewer belongs to, the page looks like neither', async () => {
  await using t = await startGateway({ settings: branded(blue, red) });
  for (const path of ['/device', '/nothing/here', '/interaction/long-gone', '/auth?client_id=nobody']) {
    const { name, page } = await open(t, path);
    expect(name, path).toBeUndefined();
    expect(page.toString(), path).not.toMatch(/blue|red box|kinpass/i);
  }
});

test('a query that asks for the looks of another family is not heard', async () => {
  await using t = await startGateway({ settings: branded(blue, red) });
  const path = '/activate/ref?brand=other&family=other&app=ref30-tv&client_id=ref30-tv';
  expect((await open(t, path)).name).toBe('Blue Stream');
});

test('the only family is known from the start, on pages of problems too', async () => {
  const { families } = twoFamilies();
  const [family] = families.map((each) => ({ ...each, brand: red }));
  await using t = await startGateway({ settings: family ? { families: [family] } : {} });
  for (const path of ['/device', '/nothing/here', '/interaction/long-gone'])
    expect((await open(t, path)).name, path).toBe('Red Box');
});

test('a problem on the way wears the brand of the app that sent the viewer', async () => {
  await using t = await startGateway({ settings: branded(blue, red) });
  const { url } = await t.device('laptop').signIn.authorize();
  url.searchParams.set('redirect_uri', 'https://elsewhere.example/');
  expect((await open(t, `${url.pathname}${url.search}`)).name).toBe('Blue Stream');
});

test("an app's own name and colors lie over its family's", async () => {
  const { apps, families } = branded(blue);
  const brand = { name: 'Blue Kids', colors: { accent: '#0a7d33' } };
  const settings = { families, apps: apps.map((app) => (app.id === 'ref30-web' ? { ...app, brand } : app)) };
  await using t = await startGateway({ settings });
  const { url } = await t.device('laptop').signIn.authorize();
  const browser = t.browser();
  const choice = await browser.open(url.href);
  const page = parse(choice.html);
  expect(page.querySelector('header')?.text.trim()).toBe('Blue Kids');
  expect(page.querySelector('footer a')?.getAttribute('href')).toBe('https://blue.example/help');
});

test('without a brand the pages carry the name of the app', async () => {
  await using t = await startGateway({ settings: branded(undefined) });
  expect((await open(t, '/activate/other')).name).toBe('REF30 for TV');
});

test('a reload changes the looks at once; what pages referred to before is gone', async () => {
  await using t = await startGateway({ settings: branded(blue, red) });
  const before = await open(t, '/activate/ref');
  await t.reconfigure(branded({ ...blue, colors: { accent: '#7b2ff7' } }, red));
  const after = await open(t, '/activate/ref');
  expect((await get(t, after.style)).text).toContain('--accent: #7b2ff7');
  expect((await get(t, before.style)).status).toBe(404);
});

test('assets may be kept for ever, by this site only, and are what they say', async () => {
  await using t = await startGateway({ settings: branded(blue, red) });
  const { page, style } = await open(t, '/activate/ref');
  const icon = page.querySelector('link[rel=icon]')?.getAttribute('href') ?? '';
  for (const [path, type] of [
    [style, 'text/css; charset=utf-8'],
    [icon, 'image/svg+xml'],
  ] as const)
    expect((await get(t, path)).headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(/^default-src 'none'.*; sandbox$/),
    });
  for (const path of ['/assets/none/style', '/assets/%2e%2e/style', `${style}/more`, `${style}%00`])
    expect((await get(t, path)).status, path).toBe(404);
});
