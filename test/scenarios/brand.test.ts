import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultFixtures } from '@kinpass/simulator';
import { parse } from 'node-html-parser';
import { afterAll, expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { twoFamilies } from '../support/two-families.ts';

type Brand = NonNullable<ReturnType<typeof twoFamilies>['families'][number]['brand']>;

const folder = mkdtempSync(join(tmpdir(), 'kinpass-brand-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const drawing = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1" fill="${color}"/></svg>`;

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

test('a logo, an icon and a style sheet come from files, and a reload reads them again', async () => {
  const brand: Brand = {
    ...red,
    logo: { file: write('logo.svg', drawing('red')), dark: write('dark.svg', drawing('pink')) },
    favicon: write('icon.svg', drawing('black')),
    stylesheet: write('own.css', '.card { border-radius: 0 }'),
  };
  await using t = await startGateway({ settings: branded(blue, brand) });
  const { page } = await open(t, '/activate/other');
  const logo = page.querySelector('header img');
  const at = (selector: string, attribute: string) =>
    page.querySelector(selector)?.getAttribute(attribute) ?? '';
  expect(logo?.getAttribute('alt')).toBe('Red Box');
  expect((await get(t, at('header img', 'src'))).text).toBe(drawing('red'));
  expect((await get(t, at('header source', 'srcset'))).text).toBe(drawing('pink'));
  expect((await get(t, at('link[rel=icon]', 'href'))).text).toBe(drawing('black'));
  const [, own = ''] = page.querySelectorAll('link[rel=stylesheet]').map((link) => link.getAttribute('href'));
  expect((await get(t, own)).text).toBe('.card { border-radius: 0 }');

  write('logo.svg', drawing('green'));
  await t.reconfigure(branded(blue, brand));
  const after =
    (await open(t, '/activate/other')).page.querySelector('header img')?.getAttribute('src') ?? '';
  expect((await get(t, after)).text).toBe(drawing('green'));
  expect((await get(t, at('header img', 'src'))).status).toBe(404);
});

test('a file that is not there changes nothing: the gateway serves as before', async () => {
  await using t = await startGateway({ settings: branded(blue, red) });
  const missing = { ...red, logo: { file: join(folder, 'missing.svg') } };
  await expect(t.reconfigure(branded(blue, missing))).rejects.toMatchObject({
    code: 'config_invalid',
    hint: expect.stringContaining('families[1].brand.logo.file'),
  });
  expect((await open(t, '/activate/other')).name).toBe('Red Box');
});

test('Google and Facebook have their marks, the own account has one by setting', async () => {
  const logo = write('account.svg', drawing('navy'));
  await using t = await startGateway();
  const marks = async () => {
    const { html } = await t.browser().open((await t.device('laptop').signIn.authorize()).url.href);
    const forms = parse(html).querySelectorAll('form[action$="/sign-in"]');
    return Promise.all(
      forms.map(async (form) => {
        const src = form.querySelector('img')?.getAttribute('src');
        return [form.text.trim(), src === undefined ? '' : (await get(t, src)).text];
      }),
    );
  };
  expect(await marks()).toEqual([
    ['Continue with DTC', ''],
    ['Continue with Google', expect.stringContaining('#4285f4')],
    ['Continue with Facebook', expect.stringContaining('#0866ff')],
  ]);
  const { dtc } = defaultFixtures.clients;
  const provider = {
    id: 'dtc',
    kind: 'oidc',
    label: 'DTC',
    issuer: t.simulator.origins.dtc,
    ...dtc,
    logo,
  } as const;
  await t.reconfigure({
    identityProviders: [provider],
    families: twoFamilies({ providers: ['dtc'] }).families.slice(0, 1),
  });
  expect(await marks()).toEqual([['Continue with DTC', drawing('navy')]]);
});
