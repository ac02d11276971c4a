import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readBrandFiles } from '#src/config/brand/brand-files';
import { app } from '../../support/builders.ts';
import { faultsIn } from '../../support/review.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-brand-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const svg = (inside = '') =>
  `<?xml version="1.0"?>\n<!-- a logo -->\n<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`;
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const webp = Buffer.from('524946460000000057454250', 'hex');
const ico = Buffer.from('0000010001001010', 'hex');

type Brand = NonNullable<ReturnType<typeof app>['brand']>;

const read = (brand: Brand) => readBrandFiles({ apps: [app({ brand })] });
const faultOf = async (brand: Brand) =>
  (await read(brand)).findings.map(({ path, message }) => [path.join('.'), message]);

test.each([
  ['logo.svg', svg(), 'image/svg+xml'],
  ['empty.svg', '<svg/>', 'image/svg+xml'],
  ['logo.png', png, 'image/png'],
  ['logo.webp', webp, 'image/webp'],
  ['named-wrongly.jpg', png, 'image/png'],
])('%s is known by its content', async (name, content, type) => {
  const file = write(name, content);
  const { files, findings } = await read({ logo: { file } });
  expect(findings).toEqual([]);
  expect(files.get(file)).toEqual({ type, body: Buffer.from(content) });
});

test('an icon may be ICO, a style sheet is text', async () => {
  const brand = { favicon: write('icon.ico', ico), stylesheet: write('own.css', '.card { border: 0 }') };
  const { files, findings } = await read(brand);
  expect(findings).toEqual([]);
  expect([...files.values()].map(({ type }) => type)).toEqual(['image/x-icon', 'text/css; charset=utf-8']);
});

test.each([
  ['a page', '<!doctype html><svg></svg>'],
  ['text', 'logo'],
  ['a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex')],
  ['an icon', ico],
  ['nothing', ''],
])('%s is no logo', async (_what, content) => {
  const file = write('other.svg', content);
  expect(await faultOf({ logo: { file } })).toEqual([
    ['apps.0.brand.logo.file', `${file} must be SVG, PNG or WebP`],
  ]);
});

test.each([
  ['a page', '<html></html>'],
  ['an image', png],
  ['broken text', Buffer.from([0x62, 0xff, 0xfe])],
])('%s is no style sheet', async (_what, content) => {
  const file = write('other.css', content);
  expect(await faultOf({ stylesheet: file })).toEqual([['apps.0.brand.stylesheet', `${file} must be CSS`]]);
});

test.each([
  ['<script>alert(1)</script>', 'contains a script'],
  ['<svg:SCRIPT href="x"/>', 'contains a script'],
  ['<rect onload="alert(1)"/>', 'contains an event handler'],
  ['<rect fill="red"onclick=alert(1) />', 'contains an event handler'],
  ['<a href="javascript:alert(1)"/>', 'contains a javascript: URL'],
  ['<a href="javascript&#58;alert(1)"/>', 'contains a javascript: URL'],
  ['<image href="&#x68;ttp://elsewhere.example/a.png"/>', 'refers to another site'],
  ['<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="a"/>', 'embeds a document'],
  ['<foreignObject/>', 'contains a foreignObject'],
  ['<image href="https://elsewhere.example/a.png"/>', 'refers to another site'],
  ['<style>@import "//elsewhere.example/a.css"</style>', 'refers to another site'],
  ['<rect fill="url(\'https://elsewhere.example/#a\')"/>', 'refers to another site'],
])('an SVG with %s is refused', async (inside, fault) => {
  const file = write('bad.svg', svg(inside));
  expect(await faultOf({ logo: { file } })).toEqual([['apps.0.brand.logo.file', `${file} ${fault}`]]);
});

test('a device, which never ends, is not read', async () => {
  expect(await faultOf({ logo: { file: '/dev/zero' } })).toEqual([
    ['apps.0.brand.logo.file', '/dev/zero is not a file'],
  ]);
});

test('an SVG that declares an entity is refused', async () => {
  const file = write('entity.svg', '<!DOCTYPE svg [<!ENTITY a "b">]><svg></svg>');
  expect(await faultOf({ favicon: file })).toEqual([['apps.0.brand.favicon', `${file} declares an entity`]]);
});

test('what drawing programs write is no fault', async () => {
  const drawing =
    '<metadata>https://elsewhere.example</metadata><defs><linearGradient id="a"/></defs><use href="#a"/><rect fill="url(#a)"/>';
  expect(await faultOf({ logo: { file: write('drawn.svg', svg(drawing)) } })).toEqual([]);
});

test('every file that is missing or too large is named', async () => {
  const large = write('large.css', ' '.repeat(128 * 1024 + 1));
  const missing = join(folder, 'missing.svg');
  expect(await faultOf({ logo: { file: missing, dark: missing }, stylesheet: large })).toEqual([
    ['apps.0.brand.logo.file', `${missing} cannot be read (ENOENT)`],
    ['apps.0.brand.logo.dark', `${missing} cannot be read (ENOENT)`],
    ['apps.0.brand.stylesheet', `${large} must have at most 128 KiB`],
  ]);
});

test('validation tells it with its place, beside everything else, and once', async () => {
  const text = write('text.svg', 'no drawing');
  const lines = await faultsIn(`
publicOrigin: https://sso.ref.example
identityProviders:
  - { id: google, kind: google, label: Google, clientId: g, clientSecret: s, logo: ${text} }
families:
  - id: ref
    identityProviders: [google]
    serviceToken: { issuer: https://sso.ref.example }
    brand:
      logo: { file: missing.svg }
      favicon: ${text}
apps:
  - { id: tv, name: TV, family: ref, serviceProviders: [REF30], softwareStatement: ey.ey.ey, brand: { name: '' } }
`);
  expect(lines.filter((line) => /brand|logo/.test(line))).toEqual([
    expect.stringMatching(/:4:\d+ {2}identityProviders\[0\]\.logo .* must be SVG, PNG or WebP/),
    expect.stringMatching(
      /:10:\d+ {2}families\[0\]\.brand\.logo\.file {2}the file missing\.svg does not exist/,
    ),
    expect.stringMatching(/:11:\d+ {2}families\[0\]\.brand\.favicon .* must be SVG, PNG or ICO/),
    expect.stringMatching(/:13:\d+ {2}apps\[0\]\.brand\.name {2}must not be empty/),
  ]);
});
